using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Ticketing.Documents;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Orders;

/// <summary>The REST calls on orders. Another's order does not exist.</summary>
public static class OrderEndpoints
{
    private const int MaxLimit = 200;
    private const int MaxWaitSeconds = 60;
    private const int MaxKeyLength = 255;
    private const int MaxLines = 10;

    // A ticket that was listed this moment may still be on its way here, a little longer while instances come and go.
    private static readonly TimeSpan ReplicaPatience = TimeSpan.FromSeconds(2);

    // What another instance heard of a ticket is known here a moment later, as what Tickets says is.
    private static readonly TimeSpan ReplicaAge = TimeSpan.FromSeconds(1);

    /// <summary>Maps <c>/api/orders</c>.</summary>
    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        var orders = app.MapGroup("/api").WithTags("Orders").RequireAuthorization();
        orders.MapGet("/orders", ListAsync);
        orders.MapGet("/orders/{id}", GetAsync);
        orders.MapPost("/orders", PlaceAsync);
        orders.MapDelete("/orders/{id}", CancelAsync);
    }

    private static async Task<Results<Ok<OrderResponse[]>, ValidationProblem>> ListAsync(
        HttpContext http, ClaimsPrincipal user, Repository<Order> orders, int limit = 50, string? after = null)
    {
        var cursor = after is null ? null : Own(await orders.ViewAsync(after, http.RequestAborted), user);
        var validation = new Validation().Limit(limit, MaxLimit).Check((after is null) == (cursor is null), "after", "after must be the id of one of your orders.");
        if (validation.Problem is { } problem)
            return problem;
        var query = new IndexQuery(
            "by_user", user.Id(), $"{user.Id()}~", limit, cursor is null ? null : new(cursor.UserKey, cursor.Id));
        var page = await orders.Store.QueryAsync(query, http.RequestAborted);
        if (page.Count == limit)
            http.Response.LinkNext(new() { ["limit"] = $"{limit}", ["after"] = page[^1].Id });
        return TypedResults.Ok(page.Select(order => OrderResponse.Of(order.State)).ToArray());
    }

    private static async Task<Results<Ok<OrderResponse>, ValidationProblem, ProblemHttpResult>> GetAsync(
        string id, HttpContext http, ClaimsPrincipal user, Repository<Order> orders, int wait = 0)
    {
        if (new Validation().Check(wait is >= 0 and <= MaxWaitSeconds, "wait", $"wait must be a whole number of seconds from 0 to {MaxWaitSeconds}.").Problem is { } problem)
            return problem;
        // A caller who says what it knows (the ETag of an earlier answer) does not miss a change between two of its calls.
        var known = http.Request.Headers.IfNoneMatch.ToString();
        long? version = long.TryParse(known.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
        var order = wait == 0 || version is null ? await orders.ViewAsync(id, http.RequestAborted) : null;
        if (known.Length == 0)
            version = order?.Version;
        if (wait > 0 && version is not null)
            order = await orders.WaitAsync(id, IsNews, TimeSpan.FromSeconds(wait), http.RequestAborted);
        return Own(order, user) is { } own ? Answer(http, own) : Refusals.NotFound("order", id);

        bool IsNews(Order? order) => Own(order, user) is not { IsDead: false } own || own.Version > version;
    }

    private static async Task<Results<Created<OrderResponse>, ValidationProblem, ProblemHttpResult>> PlaceAsync(
        PlaceOrder request, HttpContext http, ClaimsPrincipal user, Repository<Order> orders, Repository<TicketReplica> tickets,
        IOptions<OrderOptions> options, TimeProvider time, [FromHeader(Name = "Idempotency-Key")] string? key = null)
    {
        var validation = new Validation()
            .Check(key is null or { Length: > 0 and <= MaxKeyLength }, "Idempotency-Key", $"Idempotency-Key must have 1 to {MaxKeyLength} characters.");
        var lines = LinesOf(request, validation);
        if (validation.Problem is { } problem)
            return problem;
        var found = await Task.WhenAll(lines.Select(line => FindAsync(tickets, line, http.RequestAborted)));
        if (Array.IndexOf(found, null) is var missing and >= 0)
            return Refusals.NotFound("ticket", lines[missing].TicketId!);
        var currencies = found.Select(ticket => ticket!.Currency).Distinct().ToArray();
        if (validation.Check(currencies.Length == 1, "lines", $"lines must have one currency, not {string.Join(" and ", currencies)}.").Problem is { } mixed)
            return mixed;
        (TicketReplica, int)[] seats = [.. found.Zip(lines, (ticket, line) => (ticket!, line.Quantity))];
        var id = key is null ? Guid.CreateVersion7().ToString() : IdOf(user.Id(), key);
        var (order, refusal) = await orders.ExecuteAsync(
            id,
            order => Order.Place(order, id, user.Id(), seats, options.Value.HoldDuration, time.GetUtcNow()),
            http.RequestAborted);
        if (refusal is not null)
            return refusal.ToProblem();
        http.Response.Headers.ETag = ETag(order!);
        return TypedResults.Created($"/api/orders/{id}", OrderResponse.Of(order!));
    }

    /// <summary>What is to be ordered; what is wrong with it goes into <paramref name="validation"/>.</summary>
    private static IReadOnlyList<PlaceOrderLine> LinesOf(PlaceOrder request, Validation validation)
    {
        if (request.Lines is not { } lines)
        {
            validation.Id(request.TicketId, "ticketId").Quantity(request.Quantity ?? 1);
            return [new(request.TicketId, request.Quantity ?? 1)];
        }
        validation.Check(request.TicketId is null && request.Quantity is null, "lines", "lines must not come with a ticketId or a quantity.")
            .Check(lines.Count is >= 1 and <= MaxLines, "lines", $"lines must have 1 to {MaxLines} items.")
            .Check(lines.Select(line => line?.TicketId).Distinct().Count() == lines.Count, "lines", "lines must name each ticket once.");
        for (var i = 0; i < lines.Count && i < MaxLines; i++)
            validation.Id(lines[i]?.TicketId, $"lines[{i}].ticketId").Quantity(lines[i]?.Quantity, $"lines[{i}].quantity");
        return lines!;
    }

    // Good news may be a moment old: Tickets, which decides, would only reject the order. Bad news must be true.
    private static async Task<TicketReplica?> FindAsync(Repository<TicketReplica> tickets, PlaceOrderLine line, CancellationToken cancellation)
    {
        var ticket = tickets.FindRecent(line.TicketId!, ReplicaAge);
        return ticket?.Offers(line.Quantity) == true
            ? ticket
            : await tickets.ViewAsync(line.TicketId!, cancellation)
                ?? await tickets.WaitAsync(line.TicketId!, found => found is not null, ReplicaPatience, cancellation);
    }

    private static async Task<Results<Ok<OrderResponse>, ProblemHttpResult>> CancelAsync(
        string id, HttpContext http, ClaimsPrincipal user, Repository<Order> orders)
    {
        var (order, refusal) = await orders.ExecuteAsync(id, order => Order.Cancel(order, user.Id()), cancellation: http.RequestAborted);
        return refusal is null ? Answer(http, order!) : refusal.ToProblem();
    }

    /// <summary>
    /// One buyer's key is one order: its id follows from both, so that two calls at once meet in the store's compare-and-set and no table
    /// of keys is needed.
    /// </summary>
    private static string IdOf(string userId, string key) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}\n{key}")).AsSpan(0, 16)).ToString();

    private static Order? Own(Order? order, ClaimsPrincipal user) => order?.UserId == user.Id() ? order : null;

    private static Ok<OrderResponse> Answer(HttpContext http, Order order)
    {
        http.Response.Headers.ETag = ETag(order);
        return TypedResults.Ok(OrderResponse.Of(order));
    }

    private static string ETag(Order order) => $"\"{order.Version}\"";
}
