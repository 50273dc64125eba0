using System.ComponentModel;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Ticketing.Contracts;
using Ticketing.ServiceDefaults;

namespace Ticketing.Insights;

/// <summary>What sellers and operators ask. Sellers see their own tickets, operators all.</summary>
internal static class InsightsEndpoints
{
    // Nobody reads faster, and each look goes through all tickets.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // How long a call waits for news of a ticket.
    private static readonly TimeSpan NewsPatience = TimeSpan.FromSeconds(2);

    /// <summary>Maps <c>/api/insights</c>.</summary>
    public static void MapInsights(this IEndpointRouteBuilder app)
    {
        var insights = app.MapGroup("/api/insights").WithTags("Insights").RequireAuthorization().WithHeaderRules();
        insights.MapGet("/tickets", List).WithName("ListTicketInsights").WithSummary("Lists the caller's own tickets, or all to an operator, with all that was sold: the most seats first.");
        insights.MapGet("/tickets/{id}", TicketAsync).WithName("GetTicketInsights").Refuses(StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound)
            .WithSummary("Shows what was sold of a ticket in a time.").WithDescription("Only its seller and operators may.");
        insights.MapGet("/sales", Sales).WithName("GetSalesInsights").Refuses(StatusCodes.Status403Forbidden)
            .WithSummary("Shows what was sold in a time: of the caller's own tickets, or to an operator of all.").WithDescription("With seller, an operator sees what that seller sold.");
        insights.MapGet("/lag", LagAsync).WithName("GetInsightsLag").RequireRole(Roles.Operator).WithSummary("Shows how many records are not counted yet.");
        insights.MapGet("/stream", StreamAsync).WithName("StreamInsights").DisableHttpMetrics().Produces<string>(StatusCodes.Status200OK, EventStream.ContentType)
            .WithSummary("Tells what was sold of a ticket, each time that it changes, as server-sent events.")
            .WithDescription("It begins with what is new. Changes that come faster than they are read are told as one: an event has all that was sold of its ticket.");
    }

    private static Ok<TicketResponse[]> List(ClaimsPrincipal user, InsightsView view, IConfiguration settings, [PageSize] int limit = PageSizeAttribute.Default) =>
        TypedResults.Ok(view.Tickets.Where(ticket => MaySee(user, settings, ticket.Listing.SellerId))
            .OrderByDescending(ticket => ticket.Totals.Seats).ThenBy(ticket => ticket.TicketId, StringComparer.Ordinal).Take(limit).Select(TicketResponse.Of).ToArray());

    private static async Task<Results<Ok<InsightsResponse>, ProblemHttpResult>> TicketAsync(
        [Id] string id, [AsParameters] InsightsQuery query, HttpContext http, ClaimsPrincipal user, InsightsView view, IConfiguration settings, TimeProvider time)
    {
        if (await FindAsync(view, id, time, http.RequestAborted) is not { } ticket)
            return await Refusals.NotFoundHereAsync(http, "ticket", id);
        return MaySee(user, settings, ticket.Listing.SellerId)
            ? Answer(query, time, view, [id], ticket, null)
            : Forbidden("Only its seller and operators can see what is sold of a ticket.");
    }

    private static Results<Ok<InsightsResponse>, ProblemHttpResult> Sales(
        [AsParameters] InsightsQuery query, ClaimsPrincipal user, InsightsView view, IConfiguration settings, TimeProvider time,
        [Id, Description("Only what this user sold. Whoever is no operator can only name oneself.")] string? seller = null)
    {
        seller ??= IsOperator(user, settings) ? null : user.Id();
        return seller is null || MaySee(user, settings, seller)
            ? Answer(query, time, view, view.Tickets.Where(ticket => seller is null || ticket.Listing.SellerId == seller).Select(ticket => ticket.TicketId), null, seller)
            : Forbidden("Only the seller and operators can see what a seller sells.");
    }

    /// <summary>The ticket. News of one that was listed just now is waited for.</summary>
    private static async Task<TicketCounted?> FindAsync(InsightsView view, string id, TimeProvider time, CancellationToken aborted)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var news = view.News;
            if (view.Find(id) is { } ticket)
                return ticket;
            var left = NewsPatience - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || !Ids.IsNew(id, time.GetUtcNow()))
                return null;
            await news.WaitAsync(left, time, aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            aborted.ThrowIfCancellationRequested();
        }
    }

    private static async Task<Results<Ok<LagResponse>, ProblemHttpResult>> LagAsync(Lag lag, HttpContext http)
    {
        try
        {
            // The client's calls block.
            return TypedResults.Ok(new LagResponse(await Task.Run(lag.Read, http.RequestAborted)));
        }
        catch (KafkaException)
        {
            http.Response.RetryAfter(TimeSpan.Zero);
            return TypedResults.Problem("The broker does not say how far Insights is behind. Try again.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static Task StreamAsync(
        HttpContext http, EventStream stream, InsightsView view, IConfiguration settings, IOptions<InsightsOptions> options, IOptions<JsonOptions> json,
        [Id, Description("Only of this ticket.")] string? ticket = null) =>
        stream.WriteAsync(http, end => ChangesAsync(
            view, changed => (ticket is null || changed.TicketId == ticket) && MaySee(http.User, settings, changed.Listing.SellerId), options.Value.Heartbeat, json.Value.SerializerOptions, end));

    /// <summary>The changes as events; null now and then, while there are none.</summary>
    private static async IAsyncEnumerable<SseItem<string>?> ChangesAsync(
        InsightsView view, Func<TicketCounted, bool> isWanted, TimeSpan heartbeat, JsonSerializerOptions json, [EnumeratorCancellation] CancellationToken end)
    {
        var last = view.Changes;
        yield return null;
        while (true)
        {
            var (news, changes) = (view.News, view.Changes);
            var changed = view.ChangedSince(last).Where(isWanted).ToList();
            last = changes;
            foreach (var ticket in changed)
                yield return new(JsonSerializer.Serialize(TicketResponse.Of(ticket), json), "ticket");
            await news.WaitAsync(heartbeat, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            end.ThrowIfCancellationRequested();
            if (news.IsCompleted)
                await Task.Delay(Pause, end);
            else
                yield return null;
        }
    }

    private static Results<Ok<InsightsResponse>, ProblemHttpResult> Answer(
        InsightsQuery query, TimeProvider time, InsightsView view, IEnumerable<string> tickets, TicketCounted? ticket, string? seller)
    {
        var (from, to) = query.Range(time.GetUtcNow());
        if (from >= to || to - from > query.MaxRange)
            return Refusals.Invalid("from", $"from must be before to, by at most {(query.Size == WindowSize.Hour ? "90 days" : "a day")}.");
        string[] wanted = [.. tickets];
        var minutes = Windows(WindowSize.Minute);
        return TypedResults.Ok(InsightsResponse.Of(ticket, seller, query.Step ?? "minute", from, to, minutes, query.Size == WindowSize.Minute ? minutes : Windows(query.Size)));

        IReadOnlyList<WindowCounted> Windows(WindowSize size) => [.. wanted.SelectMany(id => view.Windows(id, size, from, to))];
    }

    private static ProblemHttpResult Forbidden(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status403Forbidden);

    private static bool MaySee(ClaimsPrincipal user, IConfiguration settings, string seller) =>
        user.Id() == seller || IsOperator(user, settings);

    private static bool IsOperator(ClaimsPrincipal user, IConfiguration settings) => user.IsInRole(Roles.Operator) || settings.IsOperator(user.Id());
}
