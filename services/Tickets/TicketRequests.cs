using Ticketing.Contracts;
using Ticketing.ServiceDefaults;

namespace Ticketing.Tickets;

/// <summary>The body of <c>POST /api/tickets</c>.</summary>
/// <param name="Title">1 to 200 characters.</param>
/// <param name="Price">The price of one seat: 0 or more, with no more decimals than the currency has.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Quantity">Seats in all, 1 to 10,000.</param>
/// <example>{"title":"Concert","price":25.5,"currency":"EUR","quantity":100,"startsAt":"2031-07-01T20:00:00+02:00","venue":"Town hall","maxPerBuyer":4}</example>
public sealed record CreateTicket(
    [property: Text(Required = true)] string? Title, [property: Price(Required = true)] decimal? Price,
    [property: Currency] string Currency = "USD", [property: Seats] int Quantity = 1) : DetailsRequest;

/// <summary>The body of <c>PUT /api/tickets/{id}</c>: what is missing stays as it is.</summary>
/// <param name="Title">1 to 200 characters.</param>
/// <param name="Price">The price of one seat.</param>
/// <param name="Quantity">Seats in all.</param>
/// <example>{"title":"Concert, second evening","quantity":120,"venue":null}</example>
public sealed record ChangeTicket(
    [property: Text] string? Title, [property: Price] decimal? Price, [property: Seats] int? Quantity) : DetailsRequest;

/// <summary>What both may say besides. Null takes back what was said.</summary>
public abstract record DetailsRequest
{
    // Null is given, too. An Optional of an object would hide from errors which of its fields is wrong.
    private readonly bool _isRefillGiven;

    /// <summary>When what is sold begins, with an offset.</summary>
    [Time]
    public Optional<string?> StartsAt { get; init; }

    /// <summary>Where it is, 1 to 200 characters.</summary>
    [Text]
    public Optional<string?> Venue { get; init; }

    /// <summary>When its sales begin, with an offset.</summary>
    [Time]
    public Optional<string?> SalesFrom { get; init; }

    /// <summary>When they end, with an offset.</summary>
    [Time]
    public Optional<string?> SalesUntil { get; init; }

    /// <summary>The stock is low when no more seats than these are available: 0 to 10,000.</summary>
    [SeatsIfGiven(0)]
    public Optional<int?> LowStockAt { get; init; }

    /// <summary>How many seats one buyer may hold and have bought at most: 1 to 10,000, 10 if missing or null.</summary>
    [SeatsIfGiven(1)]
    public Optional<int?> MaxPerBuyer { get; init; }

    /// <summary>Until when buyers can give paid seats back, with an offset.</summary>
    [Time]
    public Optional<string?> RefundableUntil { get; init; }

    /// <summary>Seats that are held back and added to the quantity when few are available.</summary>
    public RefillRequest? Refill { get; init => (field, _isRefillGiven) = (value, true); }

    /// <summary>What is asked for, as a change of what the listing says already.</summary>
    public TicketDetails Change(TicketDetails said) => new()
    {
        StartsAt = Time(StartsAt).Or(said.StartsAt),
        Venue = Venue.Value is null ? Venue.Or(said.Venue) : Text.Normalize(Venue.Value),
        SalesFrom = Time(SalesFrom).Or(said.SalesFrom),
        SalesUntil = Time(SalesUntil).Or(said.SalesUntil),
        LowStockAt = LowStockAt.Or(said.LowStockAt),
        MaxPerBuyer = MaxPerBuyer.IsGiven ? MaxPerBuyer.Value ?? TicketDetails.DefaultMaxPerBuyer : said.MaxPerBuyer,
        RefundableUntil = Time(RefundableUntil).Or(said.RefundableUntil),
        Refill = !_isRefillGiven ? said.Refill : Refill is null ? null : new(Refill.Below!.Value, Refill.Amount!.Value, Refill.UpTo!.Value, said.Refill?.Released ?? 0),
    };

    private static Optional<DateTimeOffset?> Time(Optional<string?> given) =>
        given.IsGiven ? new(given.Value is null ? null : TimeAttribute.Read(given.Value)!.Value.ToUniversalTime()) : default;
}

/// <summary>Seats that are held back. When no more than <c>below</c> are available, <c>amount</c> are added, until <c>upTo</c> have been.</summary>
/// <param name="Below">Some are added when no more seats than these are available: 0 to 10,000.</param>
/// <param name="Amount">How many at a time, 1 to 10,000. The last time, it is what is left.</param>
/// <param name="UpTo">How many in all: at least the amount. Those that are left and the quantity are at most 10,000 together.</param>
/// <example>{"below":10,"amount":20,"upTo":100}</example>
public sealed record RefillRequest(
    [property: Seats(0, Required = true)] int? Below, [property: Seats(Required = true)] int? Amount, [property: Seats(Required = true)] int? UpTo);

/// <summary>A ticket as callers see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">What is sold.</param>
/// <param name="Price">The price of one seat.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Quantity">Seats in all.</param>
/// <param name="Available">Seats that are neither held nor sold.</param>
/// <param name="UserId">The seller.</param>
/// <param name="Version">Quoted, it is the <c>ETag</c>.</param>
/// <param name="State">Whether it takes orders.</param>
/// <param name="StartsAt">When what is sold begins.</param>
/// <param name="Venue">Where it is.</param>
/// <param name="SalesFrom">When its sales begin.</param>
/// <param name="SalesUntil">When they end.</param>
/// <param name="LowStockAt">The stock is low when no more seats than these are available.</param>
/// <param name="LowStock">Whether it is; null if its seller does not say what low is.</param>
/// <param name="MaxPerBuyer">How many seats one buyer may hold and have bought at most; no limit if null.</param>
/// <param name="RefundableUntil">Until when buyers can give paid seats back; at any time if null.</param>
public record TicketResponse(
    string Id, string Title, decimal Price, string Currency, int Quantity, int Available, string UserId, long Version, SaleState State,
    DateTimeOffset? StartsAt, string? Venue, DateTimeOffset? SalesFrom, DateTimeOffset? SalesUntil, int? LowStockAt, bool? LowStock,
    int? MaxPerBuyer, DateTimeOffset? RefundableUntil)
{
    /// <summary>What callers see of a ticket.</summary>
    public static TicketResponse Of(Ticket ticket) => new(
        ticket.Id, ticket.Title, ticket.Price, ticket.Currency, ticket.Quantity, ticket.Available, ticket.UserId, ticket.Version, ticket.State,
        ticket.Details.StartsAt, ticket.Details.Venue, ticket.Details.SalesFrom, ticket.Details.SalesUntil, ticket.Details.LowStockAt,
        ticket.Details.LowStockAt is { } low ? ticket.Available <= low : null, ticket.Details.MaxPerBuyer, ticket.Details.RefundableUntil);
}

/// <summary>A ticket as its seller sees it.</summary>
public sealed record OwnTicketResponse : TicketResponse
{
    private OwnTicketResponse(TicketResponse response)
        : base(response)
    {
    }

    /// <summary>Seats that are reserved and not paid.</summary>
    public required int Held { get; init; }

    /// <summary>Seats that are paid.</summary>
    public required int Sold { get; init; }

    /// <summary>What the paid seats cost.</summary>
    public required decimal Revenue { get; init; }

    /// <summary>Seats that are held back and added to the quantity when few are available; missing if there are none.</summary>
    public RefillResponse? Refill { get; init; }

    /// <summary>What its seller sees of a ticket.</summary>
    public static new OwnTicketResponse Of(Ticket ticket) =>
        new(TicketResponse.Of(ticket)) { Held = ticket.Held, Sold = ticket.Sold, Revenue = Money.Normalize(ticket.Revenue), Refill = RefillResponse.Of(ticket.Details.Refill) };
}

/// <summary>Seats that are held back, as their seller sees them.</summary>
/// <param name="Below">Some are added when no more seats than these are available.</param>
/// <param name="Amount">How many at a time. The last time, it is what is left.</param>
/// <param name="UpTo">How many in all.</param>
/// <param name="Released">How many have been added.</param>
public sealed record RefillResponse(int Below, int Amount, int UpTo, int Released)
{
    /// <summary>What a seller sees of what is held back; null if nothing is.</summary>
    public static RefillResponse? Of(Refill? refill) => refill is { } held ? new(held.Below, held.Amount, held.UpTo, held.Released) : null;
}
