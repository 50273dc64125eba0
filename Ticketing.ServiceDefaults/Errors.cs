using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Ticketing.Documents;

namespace Ticketing.ServiceDefaults;

/// <summary>Turns exceptions that have a meaning for the caller into problem details (RFC 9457); the rest stay 500 without detail.</summary>
internal sealed partial class Errors(IProblemDetailsService problems, TimeProvider time, ILogger<Errors> logger) : IExceptionHandler
{
    // While a store is away, every call fails.
    private static readonly TimeSpan NewsPeriod = TimeSpan.FromMinutes(1);

    private const int RetryAfterSeconds = 1;
    private const string WholeBody = "$";
    private const string NotAnObject = "The body must be a valid JSON object.";

    private readonly Lock _lock = new();
    private long? _told;

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (await DescribeAsync(exception, context) is not { } problem)
            return false;
        context.Response.StatusCode = problem.Status!.Value;
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
            Activity.Current?.AddException(exception);
            if (IsNews())
                LogUnavailable(exception);
        }
        return await problems.TryWriteAsync(new() { HttpContext = context, ProblemDetails = problem });
    }

    private bool IsNews()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_told is { } told && time.GetElapsedTime(told, now) < NewsPeriod)
                return false;
            _told = now;
            return true;
        }
    }

    [LoggerMessage(LogLevel.Warning, "A call was answered 503. Further ones are not logged for a minute")]
    private partial void LogUnavailable(Exception exception);

    private static async ValueTask<ProblemDetails?> DescribeAsync(Exception exception, HttpContext context) => exception switch
    {
        StoreUnavailableException => new ProblemDetails
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Detail = "The document store does not answer. Nothing was changed for certain; try again.",
        },
        KafkaException kafka => new ProblemDetails
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Detail = $"Kafka: {kafka.Error.Reason}",
        },
        BadHttpRequestException { InnerException: JsonException { InnerException: JsonException } } =>
            // With an inner one of its kind it is not even JSON, and where that began is not what is wrong.
            Invalid(WholeBody, NotAnObject),
        BadHttpRequestException { InnerException: JsonException json } =>
            Invalid(Field(json.Path), await WhatIsWrongAsync(Field(json.Path), MetadataOf(context), context.Request)),
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } when WrongParameters(context) is { Count: > 0 } wrong =>
            new HttpValidationProblemDetails(wrong) { Status = StatusCodes.Status400BadRequest },
        // No body, or the JSON literal null: the framework's text speaks of its own parameters.
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } when !HttpMethods.IsGet(context.Request.Method) =>
            Invalid(WholeBody, NotAnObject),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge or StatusCodes.Status415UnsupportedMediaType } bad =>
            new ProblemDetails { Status = bad.StatusCode },
        BadHttpRequestException bad => new ProblemDetails { Status = bad.StatusCode, Detail = bad.Message },
        _ => null,
    };

    private static EndpointMetadataCollection? MetadataOf(HttpContext context) => context.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata;

    /// <summary>The parameters of the query that cannot be read, each with what it must be. The framework's exception does not tell.</summary>
    private static Dictionary<string, string[]> WrongParameters(HttpContext context) =>
        (MetadataOf(context)?.GetOrderedMetadata<IParameterBindingMetadata>() ?? [])
            .Where(parameter => context.Request.Query.TryGetValue(parameter.Name, out var value) && !CanBe(parameter.ParameterInfo.ParameterType, $"{value}"))
            .ToDictionary(parameter => parameter.Name, parameter => new[] { $"{parameter.Name} must be {NameOf(parameter.ParameterInfo.ParameterType)}." });

    private static bool CanBe(Type type, string value) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Int32 => int.TryParse(value, CultureInfo.InvariantCulture, out _),
        TypeCode.Boolean => bool.TryParse(value, out _),
        _ => true,
    };

    private static HttpValidationProblemDetails Invalid(string field, string message) =>
        new(new Dictionary<string, string[]> { [field] = [message] }) { Status = StatusCodes.Status400BadRequest };

    /// <summary>What is wrong with a field, as a sentence.</summary>
    private static async ValueTask<string> WhatIsWrongAsync(string field, EndpointMetadataCollection? endpoint, HttpRequest request)
    {
        if (field == WholeBody)
            return NotAnObject;
        if (TypeOf(endpoint?.GetMetadata<IAcceptsMetadata>()?.RequestType, field) is { } known)
            return await IsRepeatedAsync(field, request) ? $"{field} must be given only once." : $"{field} must be {NameOf(known)}.";
        var shown = endpoint?.GetOrderedMetadata<IProducesResponseTypeMetadata>().Any(
            answer => answer.StatusCode == StatusCodes.Status200OK && TypeOf(answer.Type, field) is not null) ?? false;
        return shown && HttpMethods.IsPut(request.Method) ? $"{field} cannot change." : $"{field} is not a field of this request.";
    }

    /// <summary>Whether the body has a field twice. The framework's exception does not tell that from a wrong type.</summary>
    private static async ValueTask<bool> IsRepeatedAsync(string field, HttpRequest request)
    {
        request.Body.Position = 0;
        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
            var at = body.RootElement;
            foreach (var part in field.Split('.'))
            {
                var (name, index) = part.Split('[', ']') is [var list, var number, ""] ? (list, int.Parse(number, CultureInfo.InvariantCulture)) : (part, -1);
                var values = at.EnumerateObject().Where(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(property => property.Value).ToArray();
                if (values.Length > 1)
                    return true;
                at = index < 0 ? values[0] : values[0][index];
            }
            return false;
        }
        catch (JsonException)
        {
            // What comes after the field is no JSON.
            return false;
        }
    }

    /// <summary>The type of a field such as <c>price</c> or <c>lines[0].quantity</c>; null if there is none.</summary>
    private static Type? TypeOf(Type? body, string field)
    {
        var type = body;
        foreach (var part in field.Split('.'))
        {
            type = type?.GetProperty(part.Split('[')[0], BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)?.PropertyType;
            if (part.EndsWith(']'))
                type = type is { IsGenericType: true } ? type.GetGenericArguments()[0] : null;
        }
        return type is { IsGenericType: true } && type.GetGenericTypeDefinition() == typeof(Optional<>) ? type.GetGenericArguments()[0] : type;
    }

    private static string NameOf(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Object => typeof(System.Collections.IEnumerable).IsAssignableFrom(type) ? "a list" : "an object",
        TypeCode.String => "a string of valid Unicode",
        TypeCode.Decimal => "a number of at most 28 digits",
        TypeCode.Int32 => "a whole number of at most 32 bits",
        TypeCode.Boolean => "true or false",
        _ => "of another type",
    };

    /// <summary>From a JSON path such as <c>$.price</c> or <c>$['a.b']</c> to the name that the caller knows; the whole body is <c>$</c>.</summary>
    private static string Field(string? path) => path switch
    {
        ['$', '.', _, ..] => path[2..],
        ['$', '[', '\'', .., '\'', ']'] => path[3..^2],
        _ => WholeBody,
    };
}
