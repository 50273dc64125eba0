using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Messaging;

namespace Ticketing.ServiceDefaults;

/// <summary>What HTTP says to a command that a document refused.</summary>
public static class Refusals
{
    /// <summary>Says in the OpenAPI document which problems a call may answer with, besides those that all calls have in common.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder call, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
            call.ProducesProblem(status);
        return call;
    }

    /// <summary>The refusal as problem details.</summary>
    public static ProblemHttpResult ToProblem(this Refusal refusal) => refusal.Kind == RefusalKind.Invalid
        ? Invalid(refusal.Fields)
        : TypedResults.Problem(refusal.Detail, statusCode: StatusOf(refusal));

    /// <summary>400 for a field that breaks a rule, which only what is stored could tell.</summary>
    /// <param name="field">The field as the caller spells it.</param>
    /// <param name="rule">The rule, as a sentence.</param>
    public static ProblemHttpResult Invalid(string field, string rule) => Invalid([new(field, rule)]);

    /// <summary>Tells the caller how long to wait, in whole seconds, 1 or more.</summary>
    public static void RetryAfter(this HttpResponse response, TimeSpan time) =>
        response.Headers.RetryAfter = $"{Math.Max(1, (long)Math.Ceiling(time.TotalSeconds))}";

    /// <summary>404 for something of this kind and id.</summary>
    public static ProblemHttpResult NotFound(string what, string id) =>
        TypedResults.Problem($"There is no {what} '{id}'.", statusCode: StatusCodes.Status404NotFound);

    /// <summary>
    /// 404 for something that another service owns and this one only follows; 503 if it may exist and not be known here yet: because its id was made a
    /// moment ago, or because this service does not follow now.
    /// </summary>
    public static async Task<ProblemHttpResult> NotFoundHereAsync(HttpContext http, string what, string id)
    {
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        var kafka = await http.RequestServices.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == MessagingExtensions.HealthCheck);
        if (kafka.Status == HealthStatus.Healthy && !Ids.IsNew(id, time.GetUtcNow()))
            return NotFound(what, id);
        http.Response.RetryAfter(TimeSpan.Zero);
        return TypedResults.Problem($"No {what} '{id}' is known here yet. Try again.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static ProblemHttpResult Invalid(IReadOnlyList<InvalidField> fields) => TypedResults.Problem(new HttpValidationProblemDetails(
        fields.GroupBy(field => field.Name, field => field.Rule).ToDictionary(rules => rules.Key, rules => rules.ToArray()))
    { Status = StatusCodes.Status400BadRequest });

    private static int StatusOf(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.Stale => StatusCodes.Status412PreconditionFailed,
        RefusalKind.TooMany => StatusCodes.Status429TooManyRequests,
        RefusalKind.KeyReused => StatusCodes.Status422UnprocessableEntity,
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal.Kind, null),
    };
}
