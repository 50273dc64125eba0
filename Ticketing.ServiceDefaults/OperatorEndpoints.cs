using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.ServiceDefaults;

/// <summary>What operators do with events that could not be handled, or are lost.</summary>
internal static class OperatorEndpoints
{
    public static void MapOperators(this WebApplication app)
    {
        if (app.Services.GetService<DeadLetterLog>() is null)
            return;
        var letters = app.MapGroup("/dead-letters").WithTags("Operators").RequireRole(Roles.Operator);
        letters.MapGet("/", ListAsync).WithName("ListDeadLetters").WithSummary("Lists the events that this service could not handle.").WithDescription(
            "Those that were neither sent back nor discarded, oldest first of each topic, with the first 2,000 bytes of each value: valueTruncated says whether that "
            + "is not all, valueBytes how large it is. A page of large ones has fewer than limit. Link with rel=next leads to the next page.");
        letters.MapGet("/{id}", GetAsync).WithName("GetDeadLetter").Refuses(StatusCodes.Status404NotFound).WithSummary("Shows the whole of one, also after it was sent back or discarded, with who did that and when.");
        letters.MapPost("/{id}/redrive", RedriveAsync).WithName("RedriveDeadLetter").Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict).WithSummary("Sends one back to the topic it came from, once.").WithDescription(
            "Its own headers are as its producer sent them; redrive_count and redriven_by, the caller's id, are added. 409 if it was sent back or discarded, or "
            + "another caller is about to send it, or it has no payload.");
        letters.MapPost("/{id}/discard", DiscardAsync).WithName("DiscardDeadLetter").Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict).WithSummary("Takes one off the list for good.").WithDescription(
            "Nobody can send it back after that. Kafka keeps it as long as the others. 409 if it was sent back or discarded, or another caller is about to send it.");
        app.MapPost("/retell", RetellAsync).WithName("Retell").WithTags("Operators").RequireRole(Roles.Operator)
            .WithSummary("Publishes the state of every document of this service again, soon.").WithDescription(
                "For consumers that have missed events. Others ignore what they know already. The answer names the topics.");
    }

    private static async Task<Accepted<IReadOnlyList<string>>> RetellAsync(PublishedLogs logs, ClaimsPrincipal user, HttpContext http) =>
        TypedResults.Accepted((string?)null, await logs.RetellAsync(user.Id(), http.RequestAborted));

    private static async Task<Ok<IReadOnlyList<DeadLetter>>> ListAsync(
        DeadLetterLog letters, HttpContext http, [PageSize] int limit = PageSizeAttribute.Default, [DeadLetterId] string? after = null)
    {
        var page = await letters.ListAsync(limit, after, http.RequestAborted);
        if (page.Next is { } next)
            http.Response.LinkNext(new() { ["limit"] = $"{limit}", ["after"] = next });
        return TypedResults.Ok(page.Letters);
    }

    private static async Task<Results<Ok<DeadLetter>, ProblemHttpResult>> GetAsync(string id, DeadLetterLog letters, HttpContext http) =>
        await letters.FindAsync(id, http.RequestAborted) is { } letter ? TypedResults.Ok(letter) : Refusals.NotFound("dead letter", id);

    private static async Task<Results<Ok<DeadLetter>, ProblemHttpResult>> RedriveAsync(
        string id, DeadLetterLog letters, ClaimsPrincipal user, HttpContext http)
    {
        var (letter, refusal) = await letters.RedriveAsync(id, user.Id(), http.RequestAborted);
        return refusal is null ? TypedResults.Ok(letter) : refusal.ToProblem();
    }

    private static async Task<Results<Ok<DeadLetter>, ProblemHttpResult>> DiscardAsync(
        string id, DeadLetterLog letters, ClaimsPrincipal user, HttpContext http)
    {
        var (letter, refusal) = await letters.DiscardAsync(id, user.Id(), http.RequestAborted);
        return refusal is null ? TypedResults.Ok(letter) : refusal.ToProblem();
    }
}

/// <summary>The id of an event that this service could not handle.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class DeadLetterIdAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string id && validationContext.GetRequiredService<DeadLetterLog>().IsId(id)
            ? ValidationResult.Success
            : new("must be the id of one of this service's dead letters.");
}
