using System.Text.Json;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Ticketing.Documents;

namespace Ticketing.ServiceDefaults;

/// <summary>Turns exceptions that have a meaning for the caller into problem details (RFC 9457); the rest stay 500 without detail.</summary>
internal sealed partial class Errors(IProblemDetailsService problems) : IExceptionHandler
{
    private const int RetryAfterSeconds = 1;

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (Describe(exception, context.Request) is not { } problem)
            return false;
        context.Response.StatusCode = problem.Status!.Value;
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
        return await problems.TryWriteAsync(new() { HttpContext = context, ProblemDetails = problem });
    }

    private static ProblemDetails? Describe(Exception exception, HttpRequest request) => exception switch
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
        BadHttpRequestException { InnerException: JsonException json } =>
            Invalid(Field(json.Path), "Is missing, has the wrong type or is not valid JSON."),
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad when Parameter().Match(bad.Message) is { Success: true } match =>
            Invalid(match.Groups["name"].Value, $"'{match.Groups["value"].Value}' is not of its type."),
        // No body, or the JSON literal null: the framework's text speaks of its own parameters.
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } when !HttpMethods.IsGet(request.Method) =>
            Invalid("$", "A JSON object is required."),
        BadHttpRequestException bad => new ProblemDetails { Status = bad.StatusCode, Detail = bad.Message },
        _ => null,
    };

    [GeneratedRegex("^Failed to bind parameter \"\\S+ (?<name>\\S+)\" from \"(?<value>.*)\"\\.$")]
    private static partial Regex Parameter();

    private static HttpValidationProblemDetails Invalid(string field, string message) =>
        new(new Dictionary<string, string[]> { [field] = [message] }) { Status = StatusCodes.Status400BadRequest };

    /// <summary>From a JSON path such as <c>$.price</c> to the name that the caller knows; the whole body is <c>$</c>.</summary>
    private static string Field(string? path) => path is { Length: > 2 } && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "$";
}
