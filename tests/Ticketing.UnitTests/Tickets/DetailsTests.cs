using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Tickets;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Tickets;

/// <summary>What a listing says besides, and when it sells.</summary>
public sealed class DetailsTests
{
    private static readonly TicketDetails Details = new()
    {
        StartsAt = Some.Noon.AddDays(9),
        Venue = "Town hall",
        SalesFrom = Some.Noon,
        SalesUntil = Some.Noon.AddDays(8),
        LowStockAt = 3,
        MaxPerBuyer = 4,
        RefundableUntil = Some.Noon.AddDays(2),
    };

    private static Ticket Detailed => List(Details).State!;

    [Fact]
    public void What_a_listing_says_is_told_and_stays_when_seats_are_reserved() => GivenNo<Ticket>()
        .When(_ => List(Details)).Then(Tells<TicketCreated>(1))
        .When(ticket => Ticket.Reserve(ticket, Some.Created(), Some.Noon))
        .Then(Tells<TicketUpdated>(2) with { Held = 2 }, new TicketReserved { Id = "t", OrderId = "o", Quantity = 2, Version = 2 });

    [Fact]
    public void A_change_keeps_what_it_does_not_name_and_clears_what_it_makes_null() => Given(Detailed)
        .When(ticket => Change(ticket, details => details)).ThenNothing()
        .When(ticket => Change(ticket, details => details with { Venue = null, SalesUntil = Some.Noon.AddDays(7) }))
        .Then(Tells<TicketUpdated>(2) with { Venue = null, SalesUntil = Some.Noon.AddDays(7) });

    [Fact]
    public void Times_that_do_not_go_together_are_refused_by_field()
    {
        var later = Details.StartsAt!.Value.AddTicks(1);
        Assert.Equal(["salesUntil"], Refused(List(new() { SalesFrom = Some.Noon, SalesUntil = Some.Noon })));
        Assert.Equal(["salesFrom"], Refused(List(new() { StartsAt = Some.Noon, SalesFrom = later })));
        Assert.Equal(["salesUntil", "refundableUntil"], Refused(List(Details with { SalesUntil = later, RefundableUntil = later })));
        Assert.Equal(1, List(new() { StartsAt = Some.Noon, SalesUntil = Some.Noon, RefundableUntil = Some.Noon }).State!.Version);
    }

    [Fact]
    public void A_change_that_does_not_go_with_what_is_said_already_is_refused_by_a_field_that_it_changes()
    {
        var ticket = Detailed;
        Assert.Equal(["salesFrom"], Refused(Change(ticket, details => details with { SalesFrom = details.SalesUntil })));
        Assert.Equal(["salesUntil"], Refused(Change(ticket, details => details with { SalesUntil = details.SalesFrom })));
        Assert.Equal(["refundableUntil"], Refused(Change(ticket, details => details with { RefundableUntil = Some.Noon.AddDays(10) })));
        Assert.Equal(["startsAt", "startsAt"], Refused(Change(ticket, details => details with { StartsAt = Some.Noon.AddDays(1) })));
        Given(ticket).When(ticket => Change(ticket, details => details with { StartsAt = null, RefundableUntil = Some.Noon.AddDays(10) }))
            .Then(Tells<TicketUpdated>(2) with { StartsAt = null, RefundableUntil = Some.Noon.AddDays(10) });
    }

    [Fact]
    public void A_refusal_says_the_rules_as_sentences()
    {
        var refusal = Change(Detailed, details => details with { StartsAt = Some.Noon.AddDays(1) }).Refusal!;
        Assert.Equal(
            (RefusalKind.Invalid, "salesUntil must not be after startsAt. refundableUntil must not be after startsAt."), (refusal.Kind, refusal.Detail));
    }

    [Fact]
    public void Orders_get_seats_from_the_begin_of_sales_to_their_end()
    {
        var (from, until) = (Details.SalesFrom!.Value, Details.SalesUntil!.Value);
        var order = Some.Created() with { ExpiresAt = until.AddDays(1) };
        foreach (var now in (DateTimeOffset[])[from, until])
            Given(Detailed).When(ticket => Ticket.Reserve(ticket, order, now)).With(ticket => Assert.Equal(2, ticket.Held));
        foreach (var now in (DateTimeOffset[])[from.AddTicks(-1), until.AddTicks(1)])
        {
            Given(Detailed).When(ticket => Ticket.Reserve(ticket, order, now))
                .Then(new TicketRejected { Id = "t", OrderId = "o", Reason = "not_on_sale", Version = 1 }).Unchanged();
        }
    }

    [Theory]
    [InlineData(null, 10, null)]
    [InlineData(0, 1, false)]
    [InlineData(0, 0, true)]
    [InlineData(3, 4, false)]
    [InlineData(3, 3, true)]
    public void The_stock_is_low_when_no_more_is_available_than_the_seller_said(int? lowStockAt, int available, bool? isLow) =>
        Assert.Equal(isLow, TicketResponse.Of(Some.Ticket(available) with { Details = new() { LowStockAt = lowStockAt } }).LowStock);

    [Fact]
    public void Documents_from_before_are_read_and_say_nothing_besides()
    {
        const string Old = """
            {"id":"t","title":"Front row","price":10,"currency":"USD","quantity":10,"userId":"seller","version":1,"held":0,"sold":0,"holds":{},"ended":{}}
            """;
        var read = JsonSerializer.Deserialize(Old, Ticket.Documents.Json)!;
        Assert.Equal((SaleState.OnSale, default(TicketDetails), 0), (read.State, read.Details, read.Revenue));
        Assert.Equal(Old.Trim(), JsonSerializer.Serialize(read, Ticket.Documents.Json));
        Assert.Equal(Details, JsonSerializer.Deserialize(JsonSerializer.Serialize(Detailed, Ticket.Documents.Json), Ticket.Documents.Json)!.Details);
    }

    private static Decision<Ticket> List(TicketDetails details) => Ticket.List("t", Some.Seller, "Front row", 10, "USD", 10, details);

    private static Decision<Ticket> Change(Ticket? ticket, Func<TicketDetails, TicketDetails> change) =>
        Ticket.Change(ticket, Some.Seller, null, null, null, change);

    private static IEnumerable<string> Refused(Decision<Ticket> decision)
    {
        Assert.Null(decision.State);
        Assert.Equal(RefusalKind.Invalid, decision.Refusal!.Kind);
        return decision.Refusal.Fields.Select(field => field.Name);
    }

    private static T Tells<T>(long version)
        where T : TicketState, new() => new()
        {
            Id = "t",
            Title = "Front row",
            Price = 10,
            Currency = "USD",
            Quantity = 10,
            UserId = Some.Seller,
            StartsAt = Details.StartsAt,
            Venue = Details.Venue,
            SalesFrom = Details.SalesFrom,
            SalesUntil = Details.SalesUntil,
            LowStockAt = Details.LowStockAt,
            MaxPerBuyer = Details.MaxPerBuyer,
            RefundableUntil = Details.RefundableUntil,
            Version = version,
        };
}
