namespace Ticketing.Tickets;

/// <summary>The body of <c>POST /api/tickets</c>.</summary>
/// <param name="Title">1 to 200 characters.</param>
/// <param name="Price">The price of one seat: positive, with no more decimals than the currency has.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Quantity">Seats in all, 1 to 10,000.</param>
public sealed record CreateTicket(string? Title, decimal? Price, string Currency = "USD", int Quantity = 1);

/// <summary>The body of <c>PUT /api/tickets/{id}</c>: what is missing stays as it is.</summary>
/// <param name="Title">1 to 200 characters.</param>
/// <param name="Price">The price of one seat.</param>
/// <param name="Quantity">Seats in all.</param>
public sealed record ChangeTicket(string? Title, decimal? Price, int? Quantity);

/// <summary>A ticket as callers see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">What is sold.</param>
/// <param name="Price">The price of one seat.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Quantity">Seats in all.</param>
/// <param name="Available">Seats that can be ordered now.</param>
/// <param name="UserId">The seller.</param>
/// <param name="Version">Quoted, it is the <c>ETag</c>.</param>
public sealed record TicketResponse(
    string Id, string Title, decimal Price, string Currency, int Quantity, int Available, string UserId, long Version)
{
    /// <summary>What callers see of a ticket.</summary>
    public static TicketResponse Of(Ticket ticket) => new(
        ticket.Id, ticket.Title, ticket.Price, ticket.Currency, ticket.Quantity, ticket.Available, ticket.UserId, ticket.Version);
}
