using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Notifications;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Notifications;

public sealed class SellerTests
{
    [Fact]
    public void The_first_sale_of_a_ticket_is_told_once() => GivenNo<Inbox>()
        .When(inbox => Inbox.TicketChanged(inbox, Some.Updated(1), Some.Noon)).With(inbox => Assert.Empty(inbox.Items))
        .When(inbox => Inbox.TicketChanged(inbox, Some.Updated(1), Some.Noon)).ThenNothing()
        .When(inbox => Inbox.TicketChanged(inbox, Some.Updated(2) with { Held = 2 }, Some.Noon)).ThenNothing()
        .When(inbox => Inbox.TicketChanged(inbox, Some.Updated(3) with { Sold = 2 }, Some.Noon))
        .With(inbox => Assert.Equal(
            new(1, NotificationKind.TicketFirstSale, Some.Noon) { TicketId = "t", What = "Front row", Seats = 2 }, Assert.Single(inbox.Items)))
        .When(inbox => Inbox.TicketChanged(inbox, Some.Updated(4) with { Sold = 3 }, Some.Noon)).ThenNothing()
        // They were given back, and are sold again; and all of it is read again.
        .When(inbox => Inbox.TicketChanged(inbox, Some.Updated(5), Some.Noon)).ThenNothing()
        .When(inbox => Inbox.TicketChanged(inbox, Some.Updated(6) with { Sold = 1 }, Some.Noon)).ThenNothing();

    [Fact]
    public void Few_seats_and_none_are_told_each_time_that_it_comes_to_that() => GivenNo<Inbox>()
        .When(inbox => Inbox.TicketChanged(inbox, Some.Updated(1), Some.Noon))
        .When(inbox => Inbox.StockChanged(inbox, Low(4), Some.Noon))
        .With(inbox => Assert.Equal(new(1, NotificationKind.TicketLowStock, Some.Noon) { TicketId = "t", What = "Front row", Seats = 1 }, Assert.Single(inbox.Items)))
        .When(inbox => Inbox.StockChanged(inbox, SoldOut(5), Some.Noon))
        .With(inbox => Assert.Equal(new(2, NotificationKind.TicketSoldOut, Some.Noon) { TicketId = "t", What = "Front row", Seats = 10 }, inbox.Items[^1]))
        // Read again, and told again after a loss.
        .When(inbox => Inbox.StockChanged(inbox, Low(4) with { Available = 0 }, Some.Noon)).ThenNothing()
        .When(inbox => Inbox.StockChanged(inbox, SoldOut(5), Some.Noon)).ThenNothing()
        // More were available in between.
        .When(inbox => Inbox.StockChanged(inbox, Low(8), Some.Noon)).With(inbox => Assert.Equal(3, inbox.Items.Count))
        .When(inbox => Inbox.TicketChanged(inbox, Some.Updated(9) with { Sold = 1 }, Some.Noon)).With(inbox => Assert.Equal(NotificationKind.TicketFirstSale, inbox.Items[^1].Kind))
        .When(inbox => Inbox.AccountDeleted(inbox, new() { Id = Some.Seller, Version = 1 }))
        .When(inbox => Inbox.StockChanged(inbox, SoldOut(10), Some.Noon)).ThenNothing();

    [Fact]
    public void What_is_told_of_the_stock_of_a_ticket_that_is_not_known_makes_no_later_sale_the_first() => GivenNo<Inbox>()
        .When(inbox => Inbox.StockChanged(inbox, SoldOut(5), Some.Noon)).With(inbox => Assert.Single(inbox.Items))
        .When(inbox => Inbox.TicketChanged(inbox, Some.Updated(6) with { Sold = 5 }, Some.Noon)).ThenNothing();

    [Fact]
    public void Each_refund_that_fails_is_told_once_with_what_did_not_reach_the_buyer() => GivenNo<Inbox>()
        .When(inbox => Failure(inbox, Fails(4, 5)))
        .With(inbox => Assert.Equal(
            new(1, NotificationKind.RefundFailed, Some.Noon) { OrderId = "o", Amount = 5, Currency = "USD" }, Assert.Single(inbox.Items)))
        .When(inbox => Failure(inbox, Fails(4, 5))).ThenNothing()
        // Another refund was made meanwhile, and no other one failed.
        .When(inbox => Failure(inbox, Fails(5, 5) with { Refunded = 10 })).ThenNothing()
        // It was sent again, and failed again. What came before is read again.
        .When(inbox => Failure(inbox, Fails(7, 12))).With(inbox => Assert.Equal((2, 7), (inbox.Items.Count, inbox.Items[^1].Amount)))
        .When(inbox => Failure(inbox, Fails(4, 5))).ThenNothing()
        .When(inbox => Failure(inbox, Fails(7, 12))).ThenNothing()
        // Another order.
        .When(inbox => Failure(inbox, Fails(4, 5) with { OrderId = "p" })).With(inbox => Assert.Equal((3, "p"), (inbox.Items.Count, inbox.Items[^1].OrderId)))
        .When(inbox => Inbox.AccountDeleted(inbox, new() { Id = Some.Seller, Version = 1 }))
        .When(inbox => Failure(inbox, Fails(9, 20))).ThenNothing();

    [Fact]
    public void No_more_is_missing_than_has_not_gone_back() => GivenNo<Inbox>()
        .When(inbox => Failure(inbox, Fails(7, 30) with { Refunded = 5 })).With(inbox => Assert.Equal(15, inbox.Items[0].Amount));

    [Fact]
    public void A_failed_refund_is_told_to_sellers_alone_and_to_none_who_is_not_named()
    {
        GivenNo<Inbox>().When(inbox => Failure(inbox, Fails(4, 5), Some.Buyer)).ThenNothing();
        GivenNo<Inbox>().When(inbox => Failure(inbox, Fails(4, 5) with { SellerIds = null })).ThenNothing();
        // It comes from an instance that does not say what has failed.
        GivenNo<Inbox>().When(inbox => Failure(inbox, Fails(4, 0))).ThenNothing();
    }

    [Fact]
    public void A_buyer_of_their_own_tickets_is_told_as_a_buyer_and_as_a_seller() => GivenNo<Inbox>()
        .When(inbox => Inbox.OrderChanged(inbox, Some.Created(), Some.Noon, TimeSpan.FromSeconds(30)))
        .When(inbox => Failure(inbox, Own(4, 5) with { Dispute = DisputeState.Won }, Some.Buyer))
        .With(inbox => Assert.Equal(
            [
                (NotificationKind.OrderReceived, 20), (NotificationKind.PaymentDisputed, 20), (NotificationKind.RefundFailed, 5),
            ],
            inbox.Items.Select(item => (item.Kind, item.Amount!.Value))))
        .With(inbox => Assert.All(inbox.Items, item => Assert.Equal("2 × Front row", item.What)))
        .With(inbox => Assert.Equal((4, 5), (Assert.Single(inbox.Orders).PaymentVersion, inbox.Orders[0].RefundsFailed)))
        .When(inbox => Failure(inbox, Own(4, 5) with { Dispute = DisputeState.Won }, Some.Buyer)).ThenNothing();

    [Fact]
    public void An_inbox_knows_the_newest_orders_with_failed_refunds()
    {
        var inbox = Enumerable.Range(1, Inbox.MaxOrders + 10).Aggregate((Inbox?)null, (inbox, i) => Failure(inbox, Fails(4, 5) with { OrderId = $"{i}" }).State)!;
        Assert.Equal((Inbox.MaxItems, Inbox.MaxOrders), (inbox.Items.Count, inbox.Orders.Count));
    }

    private static Decision<Inbox> Failure(Inbox? inbox, PaymentRefundFailed payment, string userId = Some.Seller) => Inbox.RefundFailed(userId, inbox, payment, Some.Noon);

    private static PaymentRefundFailed Fails(long version, decimal failed) => new()
    {
        Id = "p",
        OrderId = "o",
        UserId = Some.Buyer,
        Amount = 20,
        Currency = "USD",
        Failed = failed,
        SellerIds = ["another", Some.Seller],
        Version = version,
    };

    private static PaymentRefundFailed Own(long version, decimal failed) => Fails(version, failed) with { SellerIds = [Some.Buyer] };

    private static TicketLowStock Low(long version) =>
        new() { Id = "t", TicketId = "t", Title = "Front row", UserId = Some.Seller, Available = 1, Threshold = 1, Version = version };

    private static TicketSoldOut SoldOut(long version) => new() { Id = "t", TicketId = "t", Title = "Front row", UserId = Some.Seller, Quantity = 10, Version = version };

    [Fact]
    public void Nobody_knows_which_sale_was_the_first_of_a_ticket_that_was_sold_before() => GivenNo<Inbox>()
        .When(inbox => Inbox.TicketChanged(inbox, Some.Updated(7) with { Sold = 5 }, Some.Noon)).ThenNothing();
}
