using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Ticketing.ServiceDefaults;

/// <summary>Errors say why, also those that the framework makes.</summary>
internal static class Problems
{
    /// <summary>Adds what a status means here, where nobody has said why.</summary>
    public static void Explain(ProblemDetailsContext context)
    {
        var (http, problem) = (context.HttpContext, context.ProblemDetails);
        if (problem is HttpValidationProblemDetails)
            return;
        problem.Detail ??= problem.Status switch
        {
            StatusCodes.Status401Unauthorized => ResponseHeaders.IsTokenRefused(http)
                ? "The access token is not valid, or has expired. Sign in again."
                : "Sign in first: this call needs an access token (Authorization: Bearer TOKEN) or the session cookie.",
            StatusCodes.Status403Forbidden => Roles.WhyRefused(http) ?? "You are not allowed to make this call.",
            StatusCodes.Status404NotFound => $"There is nothing at {http.Request.Path}.",
            StatusCodes.Status405MethodNotAllowed => $"{http.Request.Method} is not allowed here. The Allow header lists the methods that are.",
            StatusCodes.Status413PayloadTooLarge => $"The body must have at most {http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize} bytes.",
            StatusCodes.Status415UnsupportedMediaType => "The body must be JSON, with Content-Type: application/json.",
            StatusCodes.Status500InternalServerError => "The service failed. Its log has the details under this traceId.",
            _ => null,
        };
    }
}

/// <summary>Problem details go also to a caller whose <c>Accept</c> excludes JSON: the framework's writer would leave the error without a body.</summary>
internal sealed class ProblemsForEveryone : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context) =>
        context.HttpContext.RequestServices.GetServices<IProblemDetailsWriter>().First(writer => writer is not ProblemsForEveryone).WriteAsync(context);
}
