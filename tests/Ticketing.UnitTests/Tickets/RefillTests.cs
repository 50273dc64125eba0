using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Tickets;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Tickets;

/// <summary>Seats that a seller holds back until few are left.</summary>
public sealed class RefillTests
{
    [Fact]
    public void A_reservation_that_leaves_few_seats_adds_some_in_a_version_of_their_own() => GivenNo<Ticket>()
        .When(_ => Listing(new(Below: 2, Amount: 5, UpTo: 8))).Then(Tells<TicketCreated>(1, 10, new(2, 5, 8)))
        .When(ticket => Reserve(ticket, "a", 7)).Then(Updated(2, 10, 7, new(2, 5, 8)), Reserved("a", 7, 2))
        .When(ticket => Reserve(ticket, "b", 1)).Then(Updated(3, 10, 8, new(2, 5, 8)), Updated(4, 15, 8, new(2, 5, 8, 5)), Reserved("b", 1, 4))
        .With(ticket => Assert.Equal((4, 15, 7), (ticket.Version, ticket.Quantity, ticket.Available)));

    [Fact]
    public void The_last_refill_is_what_is_left_and_then_the_ticket_sells_out() => Given(Listed(new(2, 5, 8, 5)))
        .When(ticket => Reserve(ticket, "a", 9)).Then(Updated(2, 10, 9, new(2, 5, 8, 5)), Updated(3, 13, 9, new(2, 5, 8, 8)), Reserved("a", 9, 3))
        .When(ticket => Reserve(ticket, "b", 4)).Then(Updated(4, 13, 13, new(2, 5, 8, 8)), Reserved("b", 4, 4), SoldOut(4, 13));

    [Fact]
    public void Seats_are_added_until_more_than_few_are_available() => Given(Listed(new(4, 2, 100)))
        .When(ticket => Reserve(ticket, "a", 10)).Then(
            Updated(2, 10, 10, new(4, 2, 100)), Updated(3, 12, 10, new(4, 2, 100, 2)), Updated(4, 14, 10, new(4, 2, 100, 4)), Updated(5, 16, 10, new(4, 2, 100, 6)),
            Reserved("a", 10, 5))
        .With(ticket => Assert.Equal((6, null, null), (ticket.Available, ticket.LowStockSince, ticket.SoldOutSince)));

    [Fact]
    public void Stock_that_is_low_after_its_refill_is_told() => Given(Listed(new(0, 2, 2), lowStockAt: 3))
        .When(ticket => Reserve(ticket, "a", 10)).Then(
            Updated(2, 10, 10, new(0, 2, 2)) with { LowStockAt = 3 }, Updated(3, 12, 10, new(0, 2, 2, 2)) with { LowStockAt = 3 }, Reserved("a", 10, 3),
            new TicketLowStock { Id = "t", TicketId = "t", Title = "Front row", UserId = Some.Seller, Available = 2, Threshold = 3, Version = 3 });

    [Fact]
    public void An_order_for_more_than_is_available_is_rejected_whatever_is_held_back() => Given(Listed(new(2, 5, 8)))
        .When(ticket => Reserve(ticket, "a", 11)).Then(new TicketRejected { Id = "t", OrderId = "a", Reason = "sold_out", Version = 1 }).Unchanged();

    [Fact]
    public void A_few_seats_at_a_time_are_added_a_hundred_times_at_most_and_the_next_change_goes_on() => Given(Listed(new(150, 1, 200), quantity: 160))
        .When(ticket => Reserve(ticket, "a", 160))
        .With(ticket => Assert.Equal((102, 100, 100, null), (ticket.Version, ticket.Available, ticket.Details.Refill!.Value.Released, ticket.SoldOutSince)))
        .When(ticket => Reserve(ticket, "b", 1))
        .With(ticket => Assert.Equal((155, 151, 152), (ticket.Version, ticket.Available, ticket.Details.Refill!.Value.Released)));

    [Fact]
    public void What_is_not_on_sale_is_refilled_when_it_returns() => Given(Listed(new(2, 5, 8)))
        .When(ticket => Ticket.Pause(ticket, Some.Seller)).Then(Updated(2, 10, 0, new(2, 5, 8)) with { State = SaleState.Paused })
        .When(ticket => Change(ticket, quantity: 1)).Then(Updated(3, 1, 0, new(2, 5, 8)) with { State = SaleState.Paused })
        .When(ticket => Ticket.Resume(ticket, Some.Seller)).Then(Updated(4, 1, 0, new(2, 5, 8)), Updated(5, 6, 0, new(2, 5, 8, 5)));

    [Fact]
    public void What_is_withdrawn_or_cancelled_keeps_its_seats_back() => Given(Listed(new(9, 5, 8, 3), quantity: 1))
        .When(ticket => Ticket.Withdraw(ticket, Some.Seller)).Then(Updated(2, 1, 0, new(9, 5, 8, 3)) with { State = SaleState.Withdrawn })
        .When(ticket => Ticket.Cancel(ticket, Some.Seller, Some.Noon)).Then(Updated(3, 1, 0, new(9, 5, 8, 3)) with { State = SaleState.Cancelled });

    [Fact]
    public void A_listing_or_a_change_that_leaves_few_seats_is_refilled_at_once()
    {
        GivenNo<Ticket>().When(_ => Listing(new(10, 5, 8))).Then(Tells<TicketCreated>(1, 10, new(10, 5, 8)), Updated(2, 15, 0, new(10, 5, 8, 5)))
            .When(ticket => Change(ticket, quantity: 3)).Then(Updated(3, 3, 0, new(10, 5, 8, 5)), Updated(4, 6, 0, new(10, 5, 8, 8)));
        Given(Some.HeldTicket(quantity: 2, seats: 2))
            .When(ticket => Change(ticket, _ => new Refill(0, 1, 1))).Then(Updated(3, 2, 2, new(0, 1, 1)), Updated(4, 3, 2, new(0, 1, 1, 1)));
    }

    [Fact]
    public void Seats_that_are_released_to_the_buyer_are_not_held_back_again() => Given(Listed(new(2, 5, 5)))
        .When(ticket => Reserve(ticket, "a", 8))
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(2) with { Id = "a", OrderId = "a" }, Some.Noon)).Then(Updated(4, 15, 0, new(2, 5, 5, 5)));

    [Fact]
    public void A_listing_with_its_key_is_the_same_after_a_refill() => GivenNo<Ticket>()
        .When(ticket => Ticket.ListOnce(ticket, Listing(new(10, 5, 8)))).With(ticket => Assert.Equal((2, 15), (ticket.Version, ticket.Quantity)))
        .When(ticket => Ticket.ListOnce(ticket, Listing(new(10, 5, 8)))).ThenNothing()
        .When(ticket => Ticket.ListOnce(ticket, Listing(new(10, 5, 9)))).ThenRefused(RefusalKind.KeyReused);

    [Theory]
    [InlineData(10, 5, 0, 4, "refill.upTo", "refill.upTo must be at least refill.amount.")]
    [InlineData(10, 1, 3, 2, "refill.upTo", "refill.upTo must be at least 3, as so many seats have been released.")]
    [InlineData(1, 1, 0, 10_000, "refill.upTo", "quantity and the seats that refill holds back must be at most 10,000 together.")]
    public void A_rule_that_does_not_go_together_is_refused_by_field(int quantity, int amount, int released, int upTo, string field, string rule)
    {
        var refused = Ticket.Change(Some.Ticket(quantity), Some.Seller, null, null, null, details => details with { Refill = new(0, amount, upTo, released) });
        Assert.Equal((RefusalKind.Invalid, new(field, rule)), (refused.Refusal!.Kind, refused.Refusal.Fields.Single()));
    }

    [Fact]
    public void All_seats_are_10_000_at_most_and_the_field_that_changes_is_named()
    {
        Assert.Equal(["refill.upTo"], Listing(new(0, 1, 9_991)).Refusal!.Fields.Select(field => field.Name));
        var full = Listing(new(0, 1, 9_990)).State;
        Assert.Equal(["quantity"], Change(full, quantity: 11).Refusal!.Fields.Select(field => field.Name));
        // What was released is in the quantity already.
        Given(Listed(new(0, 1, 9_990, 9_000), quantity: 9_010)).When(ticket => Change(ticket, quantity: 9_009)).Then(Updated(2, 9_009, 0, new(0, 1, 9_990, 9_000)));
    }

    [Fact]
    public void A_rule_is_stored_and_is_its_sellers_business()
    {
        var ticket = Reserve(Listed(new(2, 5, 8)), "a", 8).State!;
        var json = JsonSerializer.Serialize(ticket, Ticket.Documents.Json);
        Assert.Contains("\"details\":{\"refill\":{\"below\":2,\"amount\":5,\"upTo\":8,\"released\":5}}", json, StringComparison.Ordinal);
        Assert.Equal(ticket.Details, JsonSerializer.Deserialize(json, Ticket.Documents.Json)!.Details);
        Assert.Equal(new(2, 5, 8, 5), OwnTicketResponse.Of(ticket).Refill);
        Assert.Null(OwnTicketResponse.Of(Some.Ticket()).Refill);
        Assert.DoesNotContain("refill", JsonSerializer.Serialize(TicketResponse.Of(ticket)), StringComparison.OrdinalIgnoreCase);
    }

    private static Decision<Ticket> Listing(Refill refill) => Ticket.List("t", Some.Seller, "Front row", 10, "USD", 10, new() { Refill = refill });

    /// <summary>A ticket as if it had been refilled so often already.</summary>
    private static Ticket Listed(Refill refill, int quantity = 10, int? lowStockAt = null) =>
        Some.Ticket(quantity) with { Details = new() { Refill = refill, LowStockAt = lowStockAt } };

    private static Decision<Ticket> Change(Ticket? ticket, int quantity) => Ticket.Change(ticket, Some.Seller, null, null, quantity);

    private static Decision<Ticket> Change(Ticket? ticket, Func<Refill?, Refill?> change) =>
        Ticket.Change(ticket, Some.Seller, null, null, null, details => details with { Refill = change(details.Refill) });

    private static Decision<Ticket> Reserve(Ticket? ticket, string orderId, int seats) =>
        Ticket.Reserve(ticket, Some.Created(seats) with { Id = orderId, OrderId = orderId }, Some.Noon);

    private static TicketReserved Reserved(string orderId, int seats, long version) => new() { Id = "t", OrderId = orderId, Quantity = seats, Version = version };

    private static TicketSoldOut SoldOut(long version, int quantity) =>
        new() { Id = "t", TicketId = "t", Title = "Front row", UserId = Some.Seller, Quantity = quantity, Version = version };

    private static TicketUpdated Updated(long version, int quantity, int held, Refill refill) => Tells<TicketUpdated>(version, quantity, refill) with { Held = held };

    private static T Tells<T>(long version, int quantity, Refill refill)
        where T : TicketState, new() => new()
        {
            Id = "t",
            Title = "Front row",
            Price = 10,
            Currency = "USD",
            Quantity = quantity,
            UserId = Some.Seller,
            Refill = new() { Below = refill.Below, Amount = refill.Amount, UpTo = refill.UpTo, Released = refill.Released },
            Version = version,
        };
}
