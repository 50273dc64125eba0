using Ticketing.Contracts;
using Ticketing.Orders;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Orders;

public sealed class TicketReplicaTests
{
    private static readonly TicketUpdated Fifth = new()
    {
        Id = "t",
        Title = "Front row",
        Price = 12,
        Currency = "EUR",
        Quantity = 10,
        Held = 2,
        Sold = 3,
        UserId = Some.Seller,
        Version = 5,
    };

    [Fact]
    public void Any_state_of_a_ticket_begins_its_replica() => GivenNo<TicketReplica>()
        .When(replica => TicketReplica.Update(replica, Fifth)).Then()
        .With(replica => Assert.Equal(new TicketReplica("t", 12, "EUR", Available: 5, Version: 5, "Front row", SellerId: Some.Seller), replica));

    [Fact]
    public void A_replica_knows_whether_its_ticket_is_sold_and_what_orders_keep_of_it() => Given(Some.Replica())
        .With(replica => Assert.Equal((true, false), (replica.Offers(10), replica.Offers(11))))
        .When(replica => TicketReplica.Update(
            replica, Fifth with { Version = 2, State = SaleState.Paused, Venue = "Rheinaue, Bonn", StartsAt = Some.Noon }))
        .With(replica => Assert.Equal(
            (SaleState.Paused, "Front row", "Rheinaue, Bonn", Some.Noon, false),
            (replica.State, replica.Title, replica.Venue, replica.StartsAt, replica.Offers(1))));

    [Fact]
    public void A_replica_offers_no_more_seats_than_one_buyer_may_have() => Given(Some.Replica())
        .When(replica => TicketReplica.Update(replica, Fifth with { MaxPerBuyer = 3, RefundableUntil = Some.Noon }))
        .With(replica => Assert.Equal((3, Some.Noon), (replica.MaxPerBuyer, replica.RefundableUntil)))
        .With(replica => Assert.Equal((true, false), (replica.Offers(3), replica.Offers(4))))
        // That is why, even if no more are left.
        .With(replica => Assert.Equal("A buyer may have at most 3 seats of ticket t.", replica.WhyNot(6)))
        .With(replica => Assert.Equal("Sold out: 2 of 3 seats of ticket t are left.", (replica with { Available = 2 }).WhyNot(3)))
        .When(replica => TicketReplica.Update(replica, Fifth with { Version = 6 }))
        .With(replica => Assert.Equal((null, null, true), (replica.MaxPerBuyer, replica.RefundableUntil, replica.Offers(5))));

    [Theory]
    [InlineData(SaleState.OnSale, true)]
    [InlineData(SaleState.Paused, false)]
    [InlineData(SaleState.Withdrawn, false)]
    [InlineData(SaleState.Cancelled, false)]
    public void A_replica_offers_seats_of_tickets_on_sale_only(SaleState state, bool offers) =>
        Assert.Equal(offers, (Some.Replica() with { State = state, MaxPerBuyer = 10 }).Offers(10));

    [Theory]
    [InlineData(SaleState.OnSale, "Sold out: 10 of 11 seats of ticket t are left.")]
    [InlineData(SaleState.Paused, "Ticket t is not on sale: its seller has paused it.")]
    [InlineData(SaleState.Withdrawn, "Ticket t is not on sale: its seller has withdrawn it.")]
    [InlineData(SaleState.Cancelled, "Ticket t is not on sale: its seller has cancelled it.")]
    public void A_replica_tells_why_seats_cannot_be_ordered(SaleState state, string why) =>
        Assert.Equal(why, (Some.Replica() with { State = state }).WhyNot(11));

    [Fact]
    public void A_newer_state_replaces_an_older_one_and_a_gap_is_told() => Given(Some.Replica())
        .When(replica => TicketReplica.Update(replica, Fifth)).Then().Warns()
        .With(replica => Assert.Equal((5, 12), (replica.Version, replica.Price)));

    [Fact]
    public void The_next_version_is_no_gap() => Given(Some.Replica())
        .When(replica => TicketReplica.Update(replica, Fifth with { Version = 2 })).Then()
        .With(replica => Assert.Equal(2, replica.Version));

    [Fact]
    public void A_version_that_is_here_or_older_changes_nothing() => GivenNo<TicketReplica>()
        .When(replica => TicketReplica.Update(replica, Fifth))
        .When(replica => TicketReplica.Update(replica, Fifth)).ThenNothing()
        .When(replica => TicketReplica.Update(replica, Fifth with { Version = 4, Price = 1 })).ThenNothing()
        .When(replica => TicketReplica.Update(replica, new TicketCreated { Id = "t", Price = 1, Version = 1 })).ThenNothing();
}
