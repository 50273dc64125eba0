using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Notifications;

/// <summary>The REST calls on notifications: everyone sees their own.</summary>
public static class NotificationEndpoints
{
    private const int MaxWaitSeconds = 60;

    /// <summary>Maps <c>/api/notifications</c>.</summary>
    public static void MapNotifications(this IEndpointRouteBuilder app)
    {
        var notifications = app.MapGroup("/api/notifications").WithTags("Notifications").RequireAuthorization().WithHeaderRules();
        notifications.MapGet("/", ListAsync).WithName("ListNotifications").WithSummary("Lists the caller's notifications by their numbers: the newest, or those after one.")
            .WithDescription("The newest 200 are kept. With wait, it answers when there is another one or so many seconds are over.");
        notifications.MapPost("/read", ReadAsync).WithName("ReadNotifications").WithSummary("Marks notifications as read: this one and those before it.");
        notifications.MapGet("/stream", StreamAsync).WithName("StreamNotifications").DisableHttpMetrics().Produces<string>(StatusCodes.Status200OK, EventStream.ContentType)
            .WithSummary("Tells the caller's notifications as they come, as server-sent events.")
            .WithDescription("The id of each event is its number: who comes back with Last-Event-ID, or after, gets what follows. An event of the type gap says that some of it is no longer kept.");
        notifications.MapGet("/preferences", GetPreferencesAsync).WithName("GetPreferences").WithSummary("Shows how the caller is told.");
        notifications.MapPut("/preferences", ChooseAsync).WithName("ChoosePreferences").WithSummary("Changes how the caller is told.");
    }

    private static async Task<Ok<NotificationsResponse>> ListAsync(
        HttpContext http, ClaimsPrincipal user, Repository<Inbox> inboxes, Texts texts, [PageSize] int limit = PageSizeAttribute.Default,
        [Number, Description("Only those with a higher number, from the lowest on.")] int? after = null,
        [Range(0, MaxWaitSeconds, ErrorMessage = "must be a whole number of seconds from {1} to {2}."), Description("How many seconds to wait for another one.")]
        int wait = 0)
    {
        var inbox = await inboxes.ViewAsync(user.Id(), http.RequestAborted);
        if (wait > 0)
        {
            var known = after ?? inbox?.Next - 1 ?? 0;
            inbox = await inboxes.WaitAsync(user.Id(), seen => seen?.Next - 1 > known, TimeSpan.FromSeconds(wait), http.RequestAborted);
        }
        if (inbox is null)
            return TypedResults.Ok(new NotificationsResponse(0, []));
        // Most who ask have all that there is, and a view is without it.
        if (inbox.Next - 1 <= (after ?? 0) || (await inboxes.Store.LoadAsync(user.Id(), http.RequestAborted))?.State is not { } whole)
            return TypedResults.Ok(new NotificationsResponse(inbox.Unread, []));
        inbox = whole;
        Notification[] page = [.. after is null ? inbox.Items.TakeLast(limit) : inbox.Items.Where(item => item.Number > after).Take(limit)];
        if (page.Length > 0 && page[^1].Number < inbox.Next - 1)
            http.Response.LinkNext(new() { ["limit"] = $"{limit}", ["after"] = $"{page[^1].Number}" });
        return TypedResults.Ok(new NotificationsResponse(inbox.Unread, [.. page.Select(item => NotificationResponse.Of(item, inbox, texts))]));
    }

    private static async Task<Ok<UnreadResponse>> ReadAsync(ReadNotifications request, HttpContext http, ClaimsPrincipal user, Repository<Inbox> inboxes)
    {
        var (inbox, _) = await inboxes.ExecuteAsync(user.Id(), inbox => Inbox.Read(inbox, request.UpTo!.Value), http.RequestAborted);
        return TypedResults.Ok(new UnreadResponse(inbox?.Unread ?? 0));
    }

    private static Task StreamAsync(
        HttpContext http, EventStream stream, NotificationStream notifications, [Number, Description("Only those with a higher number. Without it, and without Last-Event-ID, only what is new.")] int? after = null,
        [FromHeader(Name = "Last-Event-ID"), NumberText] string? last = null) =>
        stream.WriteAsync(http, end => notifications.ReadAsync(http.User.Id(), last is null ? after : NumberTextAttribute.Read(last), end));

    private static async Task<Ok<Preferences>> GetPreferencesAsync(HttpContext http, ClaimsPrincipal user, Repository<Inbox> inboxes) =>
        TypedResults.Ok(Preferences.Of(await inboxes.ViewAsync(user.Id(), http.RequestAborted)));

    private static async Task<Ok<Preferences>> ChooseAsync(Preferences request, HttpContext http, ClaimsPrincipal user, Repository<Inbox> inboxes)
    {
        var (inbox, _) = await inboxes.ExecuteAsync(user.Id(), inbox => Inbox.Choose(inbox, user.Id(), request), http.RequestAborted);
        return TypedResults.Ok(Preferences.Of(inbox));
    }
}
