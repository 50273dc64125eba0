using System.Security.Claims;
using Confluent.Kafka;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ticketing.Messaging.DeadLetters;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// What operators do with events that could not be handled. Operators are the users whose ids <c>Operators:UserIds</c> lists (ids, as anyone
/// can sign up with an address); without that setting there are neither operators nor these calls.
/// </summary>
internal static class DeadLetterEndpoints
{
    public static void MapDeadLetters(this WebApplication app)
    {
        var ids = app.Configuration.GetSection("Operators:UserIds").Get<string[]>() ?? [];
        if (ids.Length == 0 || app.Services.GetService<DeadLetterLog>() is null)
            return;
        var operators = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireClaim(ClaimTypes.NameIdentifier, ids).Build();
        var letters = app.MapGroup("/dead-letters").WithTags("Operators").RequireAuthorization(operators);
        letters.MapGet("/", ListAsync);
        letters.MapPost("/{id}/redrive", RedriveAsync);
    }

    private static async Task<Results<Ok<IReadOnlyList<DeadLetter>>, ProblemHttpResult>> ListAsync(DeadLetterLog letters, HttpContext http)
    {
        try
        {
            return TypedResults.Ok(await letters.ListAsync(http.RequestAborted));
        }
        catch (KafkaException e)
        {
            return Unavailable(e);
        }
    }

    private static async Task<Results<Ok<DeadLetter>, ProblemHttpResult>> RedriveAsync(string id, DeadLetterLog letters, HttpContext http)
    {
        try
        {
            return await letters.RedriveAsync(id, http.RequestAborted) switch
            {
                null => Refusals.NotFound("dead letter", id),
                { Value: null } => TypedResults.Problem("It has no payload that could be sent back.", statusCode: StatusCodes.Status409Conflict),
                var letter => TypedResults.Ok(letter),
            };
        }
        catch (KafkaException e)
        {
            return Unavailable(e);
        }
    }

    private static ProblemHttpResult Unavailable(KafkaException e) =>
        TypedResults.Problem($"Kafka: {e.Error.Reason}", statusCode: StatusCodes.Status503ServiceUnavailable);
}
