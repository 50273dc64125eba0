using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Ticketing.ActivityLog;
using Ticketing.Contracts;
using Ticketing.ServiceDefaults;

namespace Ticketing.Activities;

/// <summary>What operators ask.</summary>
public static class ActivityEndpoints
{
    private static readonly TimeSpan DefaultRange = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxRange = TimeSpan.FromDays(1);

    /// <summary>Maps <c>/api/activity</c>.</summary>
    public static void MapActivity(this IEndpointRouteBuilder app)
    {
        var activity = app.MapGroup("/api/activity").WithTags("Operators").WithHeaderRules().RequireRole(Roles.Operator);
        activity.MapGet("/", ListAsync).WithName("ListActivity").WithSummary("Lists what services did and what programs log, the newest first.")
            .WithDescription("Link with rel=next leads to the next page.");
        activity.MapGet("/counts", CountAsync).WithName("CountActivity").WithSummary("Counts entries by minutes and levels.")
            .WithDescription("At most a day. By default it is the last hour.");
        activity.MapGet("/stream", StreamAsync).WithName("StreamActivity").DisableHttpMetrics().Produces<string>(StatusCodes.Status200OK, EventStream.ContentType)
            .WithSummary("Tells entries as they come, as server-sent events.")
            .WithDescription("Who comes back with Last-Event-ID, or after, gets what follows. An event of the type gap says that some of it is no longer kept.");
    }

    private static async Task<Ok<IReadOnlyList<ActivityEntry>>> ListAsync(
        [AsParameters] ActivityQuery query, IActivityStore store, HttpContext http, [PageSize] int limit = PageSizeAttribute.Default, [Cursor] string? after = null)
    {
        var page = await store.FindAsync(query.Filter, limit, after is null ? null : ActivityCursor.Parse(after), http.RequestAborted);
        if (page.Count == limit)
            http.Response.LinkNext(http.Request.Query.ToDictionary(parameter => parameter.Key, parameter => (string?)parameter.Value).With("after", $"{ActivityCursor.Of(page[^1])}"));
        return TypedResults.Ok(page);
    }

    private static async Task<Results<Ok<IReadOnlyList<MinuteResponse>>, ProblemHttpResult>> CountAsync(
        [AsParameters] ActivityQuery query, IActivityStore store, TimeProvider time, HttpContext http)
    {
        var to = query.Filter.To ?? time.GetUtcNow();
        var from = query.Filter.From ?? to - DefaultRange;
        if (from >= to || to - from > MaxRange)
            return Refusals.Invalid("from", "from must be before to, by at most a day.");
        var counts = await store.CountAsync(query.Filter with { From = from, To = to }, http.RequestAborted);
        return TypedResults.Ok<IReadOnlyList<MinuteResponse>>(
            [.. counts.GroupBy(count => count.Minute, (minute, same) => new MinuteResponse(minute, same.ToDictionary(count => NameOf(count.Series), count => count.Count)))]);
    }

    private static Task StreamAsync(
        [AsParameters] ActivityQuery query, HttpContext http, EventStream stream, ActivityStream activity,
        [EventId, Description("Only what was stored after this event. Without it, and without Last-Event-ID, only what is new.")] string? after = null,
        [FromHeader(Name = "Last-Event-ID"), EventId] string? last = null) =>
        stream.WriteAsync(http, end => activity.ReadAsync(query.Filter, EventIdAttribute.Read(last ?? after), end));

    private static string NameOf(short series) => series switch
    {
        ActivityCount.Actions => "action",
        ActivityCount.Unknown => "unknown",
        _ => Levels.Names[series],
    };

    private static Dictionary<string, string?> With(this Dictionary<string, string?> query, string name, string value)
    {
        query[name] = value;
        return query;
    }
}
