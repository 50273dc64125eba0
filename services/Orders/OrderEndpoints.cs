using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Orders;

/// <summary>The REST calls on orders. Another's order does not exist.</summary>
public static class OrderEndpoints
{
    /// <summary>The policy of how often a buyer may place orders.</summary>
    public const string PlacePerBuyer = "place orders per buyer";

    private const int MaxWaitSeconds = 60;
    private const int MaxPages = 20;
    private const string Newest = "newest";
    private const string Oldest = "oldest";

    // A ticket that was listed this moment may still be on its way here, a little longer while instances come and go.
    private static readonly TimeSpan ReplicaPatience = TimeSpan.FromSeconds(2);

    // What another instance heard of a ticket is known here a moment later, as what Tickets says is.
    private static readonly TimeSpan ReplicaAge = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan DecisionPatience = TimeSpan.FromSeconds(5);

    /// <summary>Maps <c>/api/orders</c>.</summary>
    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        var orders = app.MapGroup("/api").WithTags("Orders").RequireAuthorization().WithHeaderRules();
        orders.MapGet("/orders", ListAsync).WithName("ListOrders").WithSummary("Lists the caller's orders in the order of placing.");
        orders.MapGet("/orders/{id}", GetAsync).WithName("GetOrder").WithETag().Refuses(StatusCodes.Status404NotFound)
            .WithSummary("Shows an order.").WithDescription("With wait, it answers when the order changes or so many seconds are over.");
        orders.MapPost("/orders", PlaceAsync).WithName("PlaceOrder").RequireRateLimiting(PlacePerBuyer).WithETag().WithSummary("Orders seats, which are held until expiresAt.").Refuses(
            StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity, StatusCodes.Status429TooManyRequests);
        orders.MapPatch("/orders/{id}", KeepAsync).WithName("KeepSeats").WithETag().WithSummary("Gives seats of a completed order back: the others are kept.")
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        orders.MapDelete("/orders/{id}", CancelAsync).WithName("CancelOrder").WithETag().WithSummary("Cancels an order. One that is paid is refunded.")
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok<OrderResponse[]>, ProblemHttpResult>> ListAsync(
        HttpContext http, ClaimsPrincipal user, Repository<Order> orders, [PageSize] int limit = PageSizeAttribute.Default, string? after = null,
        [StatusName, Description("Only orders that have this status now.")] string? status = null, [AllowedValues(Newest, Oldest, ErrorMessage = $"must be {Newest} or {Oldest}."), Description("Which orders come first.")]
        string order = Newest)
    {
        var cursor = after is null ? null : Own(await orders.ViewAsync(after, http.RequestAborted), user);
        if (after is not null && cursor is null)
            return Refusals.Invalid("after", "after must be the id of one of your orders.");
        OrderStatus? wanted = status is null ? null : StatusNameAttribute.Read(status);
        var (found, pages, at) = (new List<Order>(), 0, cursor);
        // Orders of another status are skipped, for a bounded number of pages. The caller continues from there.
        while (found.Count < limit && pages++ < MaxPages)
        {
            var page = await orders.Store.QueryAsync(
                new("by_user", user.Id(), $"{user.Id()}~", limit, at is null ? null : new(at.UserKey, at.Id), Descending: order == Newest), http.RequestAborted);
            foreach (var one in page.Select(document => document.State).TakeWhile(_ => found.Count < limit))
            {
                at = one;
                if (wanted is null || one.Status == wanted)
                    found.Add(one);
            }
            // This is the last page, and all of it was examined.
            if (page.Count < limit && (page.Count == 0 || at!.Id == page[^1].Id))
                return TypedResults.Ok(found.Select(OrderResponse.Of).ToArray());
        }
        http.Response.LinkNext(new() { ["status"] = status, ["order"] = order == Newest ? null : order, ["limit"] = $"{limit}", ["after"] = at!.Id });
        return TypedResults.Ok(found.Select(OrderResponse.Of).ToArray());
    }

    private static async Task<Results<Ok<OrderResponse>, ProblemHttpResult>> GetAsync(
        string id, HttpContext http, ClaimsPrincipal user, Repository<Order> orders,
        [Range(0, MaxWaitSeconds, ErrorMessage = "must be a whole number of seconds from {1} to {2}."), Description("How many seconds to wait for a change.")]
        int wait = 0)
    {
        var known = KnownVersions.Of(http.Request);
        // What this process saw last will do, unless the caller knows something newer.
        var order = wait > 0 && !known.IsEmpty ? orders.FindRecent(id, TimeSpan.MaxValue) : null;
        if (order is null || known.IsAheadOf(order.Version))
            order = await orders.ViewAsync(id, http.RequestAborted);
        if (wait > 0 && Own(order, user) is { } begun)
        {
            known = known.From(begun.Version);
            order = await orders.WaitAsync(
                id, seen => Own(seen, user) is not { } own || known.IsNews(own.Version, own.IsDead), TimeSpan.FromSeconds(wait), http.RequestAborted);
            // From here on it names what there was when the caller asked.
            if (known.IsAny)
                http.Request.Headers.IfNoneMatch = Preconditions.ETag(begun.Version);
        }
        return Own(order, user) is { } found ? Answer(http, found) : Refusals.NotFound("order", id);
    }

    private static async Task<Results<Created<OrderResponse>, ProblemHttpResult>> PlaceAsync(
        PlaceOrder request, HttpContext http, ClaimsPrincipal user, Repository<Order> orders, Repository<TicketReplica> tickets,
        OpenHolds holds, ScarceOrders scarce, IOptions<OrderOptions> options, TimeProvider time,
        [FromHeader(Name = IdempotencyKey.Header), IdempotencyKey.WellFormed] string? key = null)
    {
        var lines = request.Lines ?? [new(request.TicketId, request.Quantity ?? 1)];
        // All of these are read at once. A ticket may be waited for, and a buyer's calls wait for theirs together.
        var finding = Task.WhenAll(lines.Select(line => FindAsync(tickets, line, http.RequestAborted)));
        using var turn = await holds.TurnAsync(user.Id(), http.RequestAborted);
        var last = LastAsync(orders, user.Id(), http.RequestAborted);
        var counted = holds.FindFullAsync(user.Id(), http.RequestAborted);
        var found = await finding;
        var (before, full) = ((await last)?.PlacedAt, await counted);
        if (Array.IndexOf(found, null) is var missing and >= 0)
            return await Refusals.NotFoundHereAsync(http, "ticket", lines[missing].TicketId!);
        var currencies = found.Select(ticket => ticket!.Currency).Distinct().ToArray();
        if (currencies.Length > 1)
            return Refusals.Invalid("lines", $"lines must have one currency, not {string.Join(" and ", currencies)}.");
        (TicketReplica Ticket, int Quantity)[] seats = [.. found.Zip(lines, (ticket, line) => (ticket!, line.Quantity))];
        key = IdempotencyKey.Of(key);
        var id = key is null ? Guid.CreateVersion7().ToString() : IdempotencyKey.DocumentId(user.Id(), key);
        var scant = Array.Find(seats, line => !line.Ticket.Offers(line.Quantity));
        // A repeated call gets the answer of the first one, whatever is left of the ticket by now.
        var isScarce = scant.Ticket is not null && seats.Length == 1 && (key is null || await orders.ViewAsync(id, http.RequestAborted) is null);
        // The buyer may place other orders while this one waits for those of other buyers.
        if (isScarce)
            turn.Dispose();
        var (order, refusal) = !isScarce
            ? await DecidedAsync(turn)
            : await scarce.PlaceAsync(scant.Ticket!.Id, scant.Quantity, DecidedInTurnAsync);
        if (refusal is { Kind: RefusalKind.TooMany })
            http.Response.RetryAfter(full![0].ExpiresAt - time.GetUtcNow());
        if (refusal is not null)
            return refusal.ToProblem();
        http.Response.Headers.ETag = ETag(order!);
        return TypedResults.Created($"/api/orders/{id}", OrderResponse.Of(order!));

        async Task<(Order?, Refusal?)> DecidedInTurnAsync()
        {
            using var again = await holds.TurnAsync(user.Id(), http.RequestAborted);
            full = await holds.FindFullAsync(user.Id(), http.RequestAborted);
            return await DecidedAsync(again);
        }

        async Task<(Order?, Refusal?)> ExecuteAsync()
        {
            var isNew = false;
            var (placed, refusal) = await orders.ExecuteAsync(id, Place, http.RequestAborted);
            if (!isNew || refusal is not null || await holds.EndIfTooManyAsync(placed!) is not { } others)
                return (placed, refusal);
            full = others;
            return (null, new(RefusalKind.TooMany, Order.TooManyUnpaid(others.Count)));

            Decision<Order> Place(Order? order)
            {
                isNew = order is null;
                return Order.Place(
                    order, id, user.Id(), seats, options.Value.HoldDuration, time.GetUtcNow(), before, scant.Ticket?.WhyNot(scant.Quantity), full?.Count);
            }
        }

        async Task<(Order?, Refusal?)> DecidedAsync(IDisposable turn)
        {
            var (placed, refusal) = await ExecuteAsync();
            if (refusal is not null || placed!.Doubt is null)
                return (placed, refusal);
            // What is known here rules the order out, and may be old. Tickets knows. Meanwhile the buyer may place other orders.
            turn.Dispose();
            placed = await orders.WaitAsync(id, decided => decided is not { Status: OrderStatus.Created }, DecisionPatience, http.RequestAborted);
            // Another buyer may be within the limit, so only what is more than anyone's is a refusal that others share.
            return placed is { Status: OrderStatus.Cancelled, Reason: Reasons.SoldOut or Reasons.NotOnSale or Reasons.LimitPerBuyer }
                    && (placed.Reason != Reasons.LimitPerBuyer || scant.Quantity > scant.Ticket?.MaxPerBuyer)
                ? (null, new(RefusalKind.Conflict, placed.Doubt!))
                : (placed, null);
        }
    }

    /// <summary>The newest of a buyer's orders.</summary>
    private static async Task<Order?> LastAsync(Repository<Order> orders, string userId, CancellationToken cancellation) =>
        (await orders.Store.QueryAsync(new("by_user", userId, $"{userId}~", 1, Descending: true), cancellation)) is [var newest] ? newest.State : null;

    // Good news may be a moment old: Tickets, which decides, would only reject the order. Bad news is the newest that there is here.
    private static async Task<TicketReplica?> FindAsync(Repository<TicketReplica> tickets, PlaceOrderLine line, CancellationToken cancellation)
    {
        var ticket = tickets.FindRecent(line.TicketId!, ReplicaAge);
        return ticket?.Offers(line.Quantity) == true
            ? ticket
            : await tickets.ViewAsync(line.TicketId!, cancellation)
                ?? await tickets.WaitAsync(line.TicketId!, found => found is not null, ReplicaPatience, cancellation);
    }

    private static async Task<Results<Ok<OrderResponse>, ProblemHttpResult>> CancelAsync(
        string id, HttpContext http, ClaimsPrincipal user, Repository<Order> orders, TimeProvider time)
    {
        var (order, refusal) = await orders.ExecuteAsync(
            id, order => http.Request.Check(order, ETag, Order.Cancel(order, user.Id(), time.GetUtcNow())), http.RequestAborted);
        return refusal is null ? Answer(http, order!) : refusal.ToProblem();
    }

    private static async Task<Results<Ok<OrderResponse>, ProblemHttpResult>> KeepAsync(
        string id, KeepSeats request, HttpContext http, ClaimsPrincipal user, Repository<Order> orders, TimeProvider time)
    {
        (string, int)[] kept = [.. request.Lines!.Select(line => (line.TicketId!, line.Quantity!.Value))];
        var (order, refusal) = await orders.ExecuteAsync(
            id, order => http.Request.Check(order, ETag, Order.Keep(order, user.Id(), kept, time.GetUtcNow())), http.RequestAborted);
        return refusal is null ? Answer(http, order!) : refusal.ToProblem();
    }

    private static Order? Own(Order? order, ClaimsPrincipal user) => order?.UserId == user.Id() ? order : null;

    private static Ok<OrderResponse> Answer(HttpContext http, Order order)
    {
        http.Response.Headers.ETag = ETag(order);
        return TypedResults.Ok(OrderResponse.Of(order));
    }

    private static string ETag(Order order) => Preconditions.ETag(order.Version);
}
