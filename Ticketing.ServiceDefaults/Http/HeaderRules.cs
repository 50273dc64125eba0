using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Ticketing.ServiceDefaults;

/// <summary>What the preconditions of every call are checked for, once its body is read and before it is carried out.</summary>
public static class HeaderRules
{
    private const string Tags = "must be * or a list of entity tags, such as \"3\", \"4\".";

    /// <summary>
    /// Refuses malformed preconditions (400), and answers a read whose answer has an <c>ETag</c> with 304 or 412 if its preconditions say so.
    /// </summary>
    public static RouteGroupBuilder WithHeaderRules(this RouteGroupBuilder group) => group.AddEndpointFilter(ApplyAsync).ProducesProblem(StatusCodes.Status406NotAcceptable);

    private static async ValueTask<object?> ApplyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
        var malformed = ((string Name, StringValues Value)[])[("If-Match", request.Headers.IfMatch), ("If-None-Match", request.Headers.IfNoneMatch)];
        var errors = malformed.Where(header => !Preconditions.IsWellFormed(header.Value)).ToDictionary(header => header.Name, header => new[] { $"{header.Name} {Tags}" });
        if (errors.Count > 0)
            return TypedResults.ValidationProblem(errors);
        var answer = await next(context);
        if (response.Headers.ETag.ToString() is not { Length: > 0 } etag || !HttpMethods.IsGet(request.Method))
            return answer;
        return Preconditions.WhyFailed(request, etag) is { } why ? TypedResults.Problem(why, statusCode: StatusCodes.Status412PreconditionFailed)
            : Preconditions.IsNotModified(request, etag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : answer;
    }
}
