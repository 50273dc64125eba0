using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Ticketing.Documents;

namespace Ticketing.ServiceDefaults;

/// <summary>Turns exceptions that have a meaning for the caller into problem details (RFC 9457); the rest stay 500 without detail.</summary>
internal sealed partial class Errors(IProblemDetailsService problems) : IExceptionHandler
{
    private const int RetryAfterSeconds = 1;
    private const string WholeBody = "$";
    private const string NotAnObject = "The body must be a valid JSON object.";

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (Describe(exception, context) is not { } problem)
            return false;
        context.Response.StatusCode = problem.Status!.Value;
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
        return await problems.TryWriteAsync(new() { HttpContext = context, ProblemDetails = problem });
    }

    private static ProblemDetails? Describe(Exception exception, HttpContext context) => exception switch
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
            Invalid(Field(json.Path), WhatIsWrong(json, context.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata, context.Request)),
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad when Parameter().Match(bad.Message) is { Success: true } match =>
            Invalid(match.Groups["name"].Value, $"{match.Groups["name"].Value} cannot be '{match.Groups["value"].Value}'."),
        // No body, or the JSON literal null: the framework's text speaks of its own parameters.
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } when !HttpMethods.IsGet(context.Request.Method) =>
            Invalid(WholeBody, NotAnObject),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge or StatusCodes.Status415UnsupportedMediaType } bad =>
            new ProblemDetails { Status = bad.StatusCode },
        BadHttpRequestException bad => new ProblemDetails { Status = bad.StatusCode, Detail = bad.Message },
        _ => null,
    };

    [GeneratedRegex("^Failed to bind parameter \"\\S+ (?<name>\\S+)\" from \"(?<value>.*)\"\\.$")]
    private static partial Regex Parameter();

    private static HttpValidationProblemDetails Invalid(string field, string message) =>
        new(new Dictionary<string, string[]> { [field] = [message] }) { Status = StatusCodes.Status400BadRequest };

    /// <summary>What is wrong with a field, as a sentence.</summary>
    private static string WhatIsWrong(JsonException json, EndpointMetadataCollection? endpoint, HttpRequest request)
    {
        var field = Field(json.Path);
        if (field == WholeBody)
            return NotAnObject;
        if (TypeOf(endpoint?.GetMetadata<IAcceptsMetadata>()?.RequestType, field) is { } known)
            return json.Message.StartsWith("Duplicate", StringComparison.Ordinal) ? $"{field} must be given only once." : $"{field} must be {NameOf(known)}.";
        var shown = endpoint?.GetOrderedMetadata<IProducesResponseTypeMetadata>().Any(
            answer => answer.StatusCode == StatusCodes.Status200OK && TypeOf(answer.Type, field) is not null) ?? false;
        return shown && HttpMethods.IsPut(request.Method) ? $"{field} cannot change." : $"{field} is not a field of this request.";
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
