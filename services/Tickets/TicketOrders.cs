using System.Globalization;
using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Tickets;

/// <summary>The REST calls on the orders of a ticket, which are its seller's.</summary>
internal static class TicketOrders
{
    /// <summary>Maps <c>/api/tickets/{id}/orders</c>.</summary>
    public static void MapTicketOrders(this IEndpointRouteBuilder tickets)
    {
        tickets.MapGet("/tickets/{id}/orders", ListAsync).WithName("ListOrdersOfTicket").RequireAuthorization().WithSummary("Lists the orders that have seats of the caller's ticket.")
            .Refuses(StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound);
        tickets.MapGet("/tickets/{id}/orders.csv", ExportAsync).WithName("ExportOrdersOfTicket").RequireAuthorization().WithSummary("The same as one CSV file.")
            .Produces<string>(StatusCodes.Status200OK, "text/csv").Refuses(StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound);
        tickets.MapPost("/tickets/{id}/orders/{orderId}/refund", RefundAsync).WithName("RefundOrderOfTicket").RequireAuthorization().WithSummary("Takes the seats of one order back, and refunds them.")
            .Refuses(StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status412PreconditionFailed);
        tickets.MapGet("/tickets/{id}/orders/{orderId}", GetAsync).WithName("GetOrderOfTicket").RequireAuthorization().WithSummary("Shows what an order has of a ticket, to the seller and the buyer.")
            .Refuses(StatusCodes.Status404NotFound);
        MapBlock(tickets.MapPost("/tickets/{id}/orders/{orderId}/block", BlockAsync).WithName("BlockOrderOfTicket"), "Blocks the tickets of an order whose payment is or was disputed. They stay sold.");
        MapBlock(tickets.MapPost("/tickets/{id}/orders/{orderId}/unblock", UnblockAsync).WithName("UnblockOrderOfTicket"), "Makes them good again.");

        static void MapBlock(RouteHandlerBuilder block, string summary) => block.RequireAuthorization().WithSummary(summary)
            .Refuses(StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status412PreconditionFailed);
    }

    private static async Task<Results<Ok<TicketOrderResponse[]>, ProblemHttpResult>> ListAsync(
        string id, HttpContext http, ClaimsPrincipal user, Repository<Ticket> tickets, [PageSize] int limit = PageSizeAttribute.Default,
        string? after = null)
    {
        var (ticket, refusal) = await OwnAsync(id, user, tickets, http);
        if (refusal is not null)
            return refusal;
        var page = TicketOrderResponse.AllOf(ticket!).Where(order => string.CompareOrdinal(order.OrderId, after) > 0).Take(limit).ToArray();
        if (page.Length == limit)
            http.Response.LinkNext(new() { ["limit"] = $"{limit}", ["after"] = page[^1].OrderId });
        return TypedResults.Ok(page);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ExportAsync(
        string id, HttpContext http, ClaimsPrincipal user, Repository<Ticket> tickets)
    {
        var (ticket, refusal) = await OwnAsync(id, user, tickets, http);
        return refusal is null
            ? TypedResults.File(Csv.Of(TicketOrderResponse.AllOf(ticket!)), "text/csv; charset=utf-8; header=present", $"orders-{ticket!.Id}.csv")
            : refusal;
    }

    private static async Task<Results<Accepted<TicketOrderResponse>, ProblemHttpResult>> RefundAsync(
        string id, string orderId, HttpContext http, ClaimsPrincipal user, Repository<Ticket> tickets, TimeProvider time)
    {
        var (ticket, refusal) = await tickets.ExecuteAsync(
            id, ticket => http.Request.Check(ticket, TicketEndpoints.ETag, Ticket.Refund(ticket, user.Id(), orderId, time.GetUtcNow())), http.RequestAborted);
        return refusal is null
            ? TypedResults.Accepted((string?)null, TicketOrderResponse.Of(ticket!, orderId)!)
            : refusal.ToProblem();
    }

    private static async Task<Results<Ok<TicketOrderResponse>, ProblemHttpResult>> GetAsync(
        string id, string orderId, HttpContext http, ClaimsPrincipal user, Repository<Ticket> tickets)
    {
        var ticket = (await tickets.Store.LoadAsync(id, http.RequestAborted))?.State;
        var order = ticket is null ? null : TicketOrderResponse.Of(ticket, orderId);
        // Another's order does not exist.
        return order is not null && (ticket!.UserId == user.Id() || order.UserId == user.Id()) ? TypedResults.Ok(order) : Refusals.NotFound("order", orderId);
    }

    private static Task<Results<Ok<TicketOrderResponse>, ProblemHttpResult>> BlockAsync(
        string id, string orderId, HttpContext http, ClaimsPrincipal user, Repository<Ticket> tickets) => DecideAsync(Ticket.Block, id, orderId, http, user, tickets);

    private static Task<Results<Ok<TicketOrderResponse>, ProblemHttpResult>> UnblockAsync(
        string id, string orderId, HttpContext http, ClaimsPrincipal user, Repository<Ticket> tickets) => DecideAsync(Ticket.Unblock, id, orderId, http, user, tickets);

    private static async Task<Results<Ok<TicketOrderResponse>, ProblemHttpResult>> DecideAsync(
        Func<Ticket?, string, string, Decision<Ticket>> decide, string id, string orderId, HttpContext http, ClaimsPrincipal user, Repository<Ticket> tickets)
    {
        var (ticket, refusal) = await tickets.ExecuteAsync(
            id, ticket => http.Request.Check(ticket, TicketEndpoints.ETag, decide(ticket, user.Id(), orderId)), http.RequestAborted);
        return refusal is null ? TypedResults.Ok(TicketOrderResponse.Of(ticket!, orderId)!) : refusal.ToProblem();
    }

    private static async Task<(Ticket? Ticket, ProblemHttpResult? Refusal)> OwnAsync(string id, ClaimsPrincipal user, Repository<Ticket> tickets, HttpContext http)
    {
        // With its sales, which a view has not.
        var ticket = (await tickets.Store.LoadAsync(id, http.RequestAborted))?.State;
        return ticket is null ? (null, Refusals.NotFound("ticket", id))
            : ticket.UserId != user.Id() ? (null, new Refusal(RefusalKind.Forbidden, "Only its seller can see the orders of a ticket.").ToProblem())
            : (ticket, null);
    }
}

/// <summary>An order as the seller of one of its tickets sees it.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="UserId">Its buyer; null if it was stored before Tickets kept that.</param>
/// <param name="Quantity">How many seats of the ticket it has.</param>
/// <param name="UnitPrice">The price of one of them; null if it was stored before Tickets kept that.</param>
/// <param name="Total">The price of these seats.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Status">Whether they are paid.</param>
/// <param name="Refunding">Whether the seller has taken them back, and the order has them still.</param>
/// <param name="Dispute">What became of the buyer's dispute with the bank over their payment; null if there is none.</param>
/// <param name="Blocked">Whether the seller lets nobody in with them.</param>
public sealed record TicketOrderResponse(
    string OrderId, string? UserId, int Quantity, decimal? UnitPrice, decimal? Total, string Currency, SeatStatus Status, bool Refunding,
    DisputeState? Dispute, bool Blocked)
{
    /// <summary>Every order that has seats of a ticket, by its id.</summary>
    public static IEnumerable<TicketOrderResponse> AllOf(Ticket ticket) => ticket.Holds.Select(hold => Of(ticket, hold.Key, hold.Value, SeatStatus.Held))
        .Concat(ticket.Sales.ByOrder.Select(sale => Of(ticket, sale.Key, sale.Value, SeatStatus.Sold)))
        .OrderBy(order => order.OrderId, StringComparer.Ordinal);

    /// <summary>One of them; null if the order has no seats.</summary>
    public static TicketOrderResponse? Of(Ticket ticket, string orderId) =>
        ticket.Holds.TryGetValue(orderId, out var held) ? Of(ticket, orderId, held, SeatStatus.Held)
        : ticket.Sales.ByOrder.TryGetValue(orderId, out var sold) ? Of(ticket, orderId, sold, SeatStatus.Sold)
        : null;

    private static TicketOrderResponse Of(Ticket ticket, string orderId, Seats seats, SeatStatus status)
    {
        // The price cannot change while seats are held.
        var price = status == SeatStatus.Held ? ticket.Price : seats.UnitPrice;
        return new(
            orderId, seats.BuyerId, seats.Count, price, price is null ? null : Money.Normalize(seats.Count * price.Value), ticket.Currency, status,
            ticket.IsRevoked(orderId), seats.Dispute?.State, seats.Dispute?.IsBlocked == true);
    }
}

/// <summary>Where an order's seats stand.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SeatStatus>))]
public enum SeatStatus
{
    /// <summary>Reserved, and not paid.</summary>
    [JsonStringEnumMemberName("held")] Held,

    /// <summary>Paid.</summary>
    [JsonStringEnumMemberName("sold")] Sold,
}

/// <summary>Orders as comma-separated values (RFC 4180).</summary>
internal static class Csv
{
    public static byte[] Of(IEnumerable<TicketOrderResponse> orders)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\r\n" };
        text.WriteLine("orderId,userId,quantity,unitPrice,total,currency,status,refunding,dispute,blocked");
        foreach (var order in orders)
        {
            IEnumerable<object?> fields =
            [
                order.OrderId, order.UserId, order.Quantity, order.UnitPrice, order.Total, order.Currency, order.Status == SeatStatus.Held ? "held" : "sold",
                order.Refunding ? "true" : "false", NameOf(order.Dispute), order.Blocked ? "true" : "false",
            ];
            text.WriteLine(string.Join(',', fields.Select(field => Field(Convert.ToString(field, CultureInfo.InvariantCulture)!))));
        }
        return System.Text.Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string? NameOf(DisputeState? dispute) => dispute switch
    {
        DisputeState.Disputed => "disputed",
        DisputeState.Won => "dispute_won",
        DisputeState.Lost => "dispute_lost",
        _ => null,
    };

    private static string Field(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
