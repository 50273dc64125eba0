using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Notifications;

/// <summary>What operators do with mails that could not be sent for a day.</summary>
public static partial class MailFailures
{
    /// <summary>Maps <c>/notification-failures</c>.</summary>
    public static void MapMailFailures(this IEndpointRouteBuilder app)
    {
        var failures = app.MapGroup("/notification-failures").WithTags("Operators").WithHeaderRules().RequireRole(Roles.Operator);
        failures.MapGet("/", ListAsync).WithName("ListNotificationFailures").WithSummary("Lists the users with mails that could not be sent for a day, by their ids.")
            .WithDescription("Link with rel=next leads to the next page.");
        failures.MapPost("/{id}/retry", RetryAsync).WithName("RetryNotifications").Refuses(StatusCodes.Status404NotFound)
            .WithSummary("Sends the mails to a user again that could not be sent.").WithDescription("404 if none has failed.");
    }

    private static async Task<Ok<MailFailure[]>> ListAsync(Repository<Inbox> inboxes, HttpContext http, [PageSize] int limit = PageSizeAttribute.Default, [Id] string? after = null)
    {
        var page = await inboxes.Store.QueryAsync(IndexQuery.Equal("mail_failed", "", limit, after), http.RequestAborted);
        if (page.Count == limit)
            http.Response.LinkNext(new() { ["limit"] = $"{limit}", ["after"] = page[^1].Id });
        return TypedResults.Ok(page.Select(document => new MailFailure(document.Id, document.State.Email, document.State.FailedMails)).ToArray());
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> RetryAsync(
        string id, Repository<Inbox> inboxes, TimeProvider time, ClaimsPrincipal user, ILogger<Inbox> logger, HttpContext http)
    {
        var (_, refusal) = await inboxes.ExecuteAsync(id, inbox => Inbox.RetryMails(inbox, time.GetUtcNow()), http.RequestAborted);
        if (refusal is not null)
            return refusal.ToProblem();
        LogRetried(logger, id, user.Id());
        return TypedResults.Accepted((string?)null);
    }

    [LoggerMessage(LogLevel.Information, "The mails to user {Id} are tried again for operator {User}")]
    private static partial void LogRetried(ILogger logger, string id, string user);
}

/// <summary>A user to whom mails could not be sent.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Email">The address.</param>
/// <param name="Mails">Which.</param>
public sealed record MailFailure(string UserId, string? Email, IReadOnlyList<FailedMail> Mails);
