using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Hosting;
using Microsoft.OpenApi;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// Makes a service's OpenAPI document complete: what the framework finds out about the calls themselves, and here what all calls have in common,
/// such as problems, sessions, and conditional requests.
/// </summary>
public static class ApiDescription
{
    private const string Bearer = "bearer";
    private const string Cookie = "cookie";
    private const string Problem = "application/problem+json";

    // What parameters of these names are, wherever there is one.
    private static readonly Dictionary<string, string> Parameters = new()
    {
        ["id"] = "The id of what the path names.",
        ["orderId"] = "The id of the order.",
        ["limit"] = "How many items the page has at most.",
        ["after"] = "The id of the last item of the page before. The Link header of that page has it.",
        [IdempotencyKey.Header] = "Makes repeated calls one: 1 to 255 printable ASCII characters, in quotes, or without quotes and commas.",
    };

    // What a status means here, where a call does not say more.
    private static readonly Dictionary<string, string> Meanings = new()
    {
        ["404"] = "There is no such thing, or it is not the caller's to see.",
        ["406"] = "Accept excludes the type of the answer.",
        ["409"] = "Its state does not allow the call. The detail says why.",
        ["422"] = "The Idempotency-Key was used for another request.",
        ["429"] = "The caller called too often, or has too much at a time.",
    };

    internal static void Describe(this OpenApiOptions options, string service, IHostEnvironment environment)
    {
        options.CreateSchemaReferenceId = json => OptionalConverter.IsOptional(json.Type) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(json);
        options.AddSchemaTransformer(DescribeTypeAsync);
        options.AddOperationTransformer(DescribeCallAsync);
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = $"Ticketing: {service}", Version = "v1" };
            // By default it names whatever host the caller asked for. Without one, paths are relative to the document.
            document.Servers = [];
            var bodies = BodiesOf(document).ToHashSet();
            foreach (var (type, schema) in document.Components?.Schemas?.ToArray() ?? [])
                foreach (var (name, property) in schema.Properties?.ToArray() ?? [])
                    if (property.OneOf is [{ Type: JsonSchemaType.Null }, var only])
                    {
                        schema.Properties![name] = only;
                        // An answer leaves out what is null. A request may say it.
                        if (bodies.Contains(type) && only is OpenApiSchemaReference reference && document.Components!.Schemas![reference.Reference.Id!] is OpenApiSchema target)
                            target.Type |= JsonSchemaType.Null;
                    }
            document.AddComponent<IOpenApiSecurityScheme>(Bearer, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = Bearer,
                Description = "The accessToken of POST /api/users/signup or /signin of Accounts.",
            });
            document.AddComponent<IOpenApiSecurityScheme>(Cookie, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = Sessions.CookieName(environment),
                Description = "The cookie that both calls set. It lasts for an hour.",
            });
            return Task.CompletedTask;
        });
    }

    /// <summary>A call on something that has an <c>ETag</c>. Its document says so, and with it which preconditions there are.</summary>
    public static RouteHandlerBuilder WithETag(this RouteHandlerBuilder call) => call.WithMetadata(new ETagged());

    private static async Task DescribeCallAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var (document, metadata) = (context.Document!, context.Description.ActionDescriptor.EndpointMetadata);
        var responses = operation.Responses ??= [];
        var isRead = HttpMethods.IsGet(context.Description.HttpMethod!);
        var isPrivate = metadata.OfType<IAuthorizeData>().Any();
        var hasETag = metadata.OfType<ETagged>().Any();
        if (hasETag && !responses.ContainsKey("201"))
            await AddAsync(StatusCodes.Status412PreconditionFailed, "The preconditions do not hold for what there is now.");
        if (responses.ContainsKey("412"))
            (operation.Parameters ??= []).Add(Header("If-Match", "Entity tags, or *. If the resource's is not among them, the answer is 412, and nothing changes."));
        if (hasETag && isRead)
        {
            operation.Parameters!.Add(Header("If-None-Match", "Entity tags that the caller knows, or *. If the resource's is among them, the answer is 304."));
            var unchanged = new OpenApiResponse { Description = "The caller has the present version." };
            AddHeader(unchanged, "ETag", "The version, quoted.");
            responses["304"] = unchanged;
        }
        foreach (var parameter in operation.Parameters ?? [])
            parameter.Description ??= Parameters.GetValueOrDefault(parameter.Name!);
        foreach (var (status, response) in responses)
        {
            response.Description = Meanings.GetValueOrDefault(status) ?? response.Description;
            if (status[0] != '2')
                continue;
            if (hasETag)
                AddHeader(response, "ETag", "The version, quoted.");
            if (status == "201")
                AddHeader(response, "Location", "The URL of what was created.");
            if (operation.Parameters?.Any(parameter => parameter.Name == "after") == true)
                AddHeader(response, "Link", "With rel=next, the next page (RFC 8288). The last page has none.");
        }
        if (operation.Parameters?.Count > 0 || operation.RequestBody is not null)
            await AddAsync(StatusCodes.Status400BadRequest, "A field, a parameter or a header is wrong: errors names each with its rule.");
        if (operation.RequestBody is not null)
        {
            await AddAsync(StatusCodes.Status413PayloadTooLarge, "The body is larger than 64 KiB.");
            await AddAsync(StatusCodes.Status415UnsupportedMediaType, "The body is not JSON in UTF-8.");
        }
        if (isPrivate)
        {
            operation.Security = [new() { [new(Bearer, document)] = [] }, new() { [new(Cookie, document)] = [] }];
            AddHeader(await AddAsync(StatusCodes.Status401Unauthorized, "Nobody is signed in, or the session is over."), "WWW-Authenticate", "Bearer (RFC 6750).");
        }
        string[] roles = [.. Roles.RequiredBy(metadata)];
        if (roles.Length > 0)
            await AddAsync(StatusCodes.Status403Forbidden, $"The caller does not have the role {string.Join(" and ", roles)}{(responses.ContainsKey("403") ? ", or may not do this." : ".")}");
        else if (!isRead && !responses.ContainsKey("403"))
            await AddAsync(StatusCodes.Status403Forbidden, "A page of another origin called with the session cookie.");
        if (responses.TryGetValue("429", out var tooMany))
            AddHeader(tooMany, "Retry-After", "Seconds.");
        AddHeader(await AddAsync(StatusCodes.Status503ServiceUnavailable, "What the call needs does not answer. Try again."), "Retry-After", "Seconds.");
        operation.Responses = [];
        foreach (var (status, response) in responses.OrderBy(response => response.Key, StringComparer.Ordinal))
            operation.Responses[status] = response;

        async Task<IOpenApiResponse> AddAsync(int status, string text)
        {
            var response = new OpenApiResponse
            {
                Description = text,
                Content = new Dictionary<string, OpenApiMediaType> { [Problem] = new() { Schema = await ProblemAsync(status, context, cancellation) } },
            };
            responses[$"{status}"] = response;
            return response;
        }
    }

    private static async Task<IOpenApiSchema> ProblemAsync(int status, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var (type, document) = (status == StatusCodes.Status400BadRequest ? typeof(HttpValidationProblemDetails) : typeof(ProblemDetails), context.Document!);
        if (document.Components?.Schemas?.ContainsKey(type.Name) != true)
            document.AddComponent<IOpenApiSchema>(type.Name, await context.GetOrCreateSchemaAsync(type, null, cancellation));
        return new OpenApiSchemaReference(type.Name, document);
    }

    /// <summary>The names of the schemas of what callers send.</summary>
    private static IEnumerable<string?> BodiesOf(OpenApiDocument document) =>
        from path in document.Paths.Values
        from call in path.Operations?.Values.ToArray() ?? []
        from content in call.RequestBody?.Content?.Values.ToArray() ?? []
        select (content.Schema as OpenApiSchemaReference)?.Reference.Id;

    private static OpenApiParameter Header(string name, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static void AddHeader(IOpenApiResponse response, string name, string description) =>
        (((OpenApiResponse)response).Headers ??= new Dictionary<string, IOpenApiHeader>())[name] =
            new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static async Task DescribeTypeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        var type = context.JsonTypeInfo.Type;
        if (OptionalConverter.IsOptional(type))
        {
            var value = await context.GetOrCreateSchemaAsync(type.GetGenericArguments()[0], null, cancellation);
            (schema.Type, schema.Format, schema.Pattern) = (value.Type | JsonSchemaType.Null, value.Format, schema.Pattern ?? value.Pattern);
            return;
        }
        var orNull = Nullable.GetUnderlyingType(type) is null ? 0 : JsonSchemaType.Null;
        type = Nullable.GetUnderlyingType(type) ?? type;
        // A rule that the framework does not describe.
        if ((context.ParameterDescription?.ParameterDescriptor as IParameterInfoParameterDescriptor)?.ParameterInfo.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed)
            schema.Enum = [.. allowed.Values.Select(value => (JsonNode)$"{value}")];
        // The framework does not look into converters.
        if (type == typeof(decimal))
            (schema.Type, schema.Format) = (JsonSchemaType.Number | orNull, "decimal");
        else if (type == typeof(DateTimeOffset))
            schema.Type = JsonSchemaType.String | orNull;
        else if (type.IsEnum)
            (schema.Type, schema.Enum) = (JsonSchemaType.String, schema.Enum?.Where(value => value is not null && !value.IsJsonNullSentinel()).ToList());
        // An answer leaves out what is null. A request may say it, where no rule is against it.
        if (context.JsonPropertyInfo is not { } property || RulesOf(property) is not { Length: > 0 } rules || rules.Any(rule => !rule.IsValid(null)))
            schema.Type &= ~JsonSchemaType.Null;
        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object && schema.Properties is not null)
            schema.Required = context.JsonTypeInfo.Properties.Where(IsRequired).Select(property => property.Name).ToHashSet();
        // RFC 9457, section 3.2: there may be others.
        if (typeof(ProblemDetails).IsAssignableFrom(type))
            (schema.AdditionalPropertiesAllowed, schema.AdditionalProperties) = (true, null);
    }

    private static bool IsRequired(JsonPropertyInfo property) =>
        RefusesNull(property)
        || (!property.IsGetNullable && property.AssociatedParameter?.HasDefaultValue != true && !OptionalConverter.IsOptional(property.PropertyType)
            && Nullable.GetUnderlyingType(property.PropertyType) is null && property.DeclaringType != typeof(ProblemDetails)
            && property.DeclaringType != typeof(HttpValidationProblemDetails));

    /// <summary>Whether one of its rules refuses what is missing, and nothing stands in for it.</summary>
    private static bool RefusesNull(JsonPropertyInfo property) =>
        property.AssociatedParameter?.HasDefaultValue != true && RulesOf(property).Any(rule => !rule.IsValid(null));

    private static ValidationAttribute[] RulesOf(JsonPropertyInfo property) =>
        [.. property.AttributeProvider?.GetCustomAttributes(typeof(ValidationAttribute), inherit: true).Cast<ValidationAttribute>() ?? []];

    private sealed class ETagged;
}
