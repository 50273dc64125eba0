using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Notifications;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Notifications;

public sealed class BuyerTests
{
    private static readonly TimeSpan RemindBefore = TimeSpan.FromSeconds(30);
    private static readonly DateTimeOffset End = Some.Noon + Some.Hold;

    [Fact]
    public void An_order_is_received_until_its_hold_ends_and_approved_with_what_was_bought()
    {
        var placed = Some.Of(Some.Created(), ("t", 2), ("u", 1));
        var paid = Some.Of(Some.Is<OrderCompleted>(3), ("t", 2), ("u", 1));
        Placed(placed)
            .With(inbox => Assert.Equal(
                new(1, NotificationKind.OrderReceived, Some.Noon) { OrderId = "o", What = "2 × Front row, 1 × Front row", Amount = 30, Currency = "USD", HeldUntil = End },
                Assert.Single(inbox.Items)))
            .When(inbox => Order(inbox, placed)).ThenNothing()
            .When(inbox => Order(inbox, Some.Of(Some.Is<OrderPending>(2), ("t", 2), ("u", 1)))).ThenNothing()
            .When(inbox => Order(inbox, paid)).With(inbox => Assert.Equal(
                new(2, NotificationKind.OrderApproved, Some.Noon) { OrderId = "o", What = "2 × Front row, 1 × Front row", Amount = 30, Currency = "USD" }, inbox.Items[^1]))
            .When(inbox => Order(inbox, paid)).ThenNothing()
            // What came before, read again.
            .When(inbox => Order(inbox, placed)).ThenNothing();
    }

    [Fact]
    public void An_order_that_is_told_again_with_a_dispute_or_seats_given_back_is_not_approved_again() => Placed()
        .When(inbox => Order(inbox, Some.Is<OrderCompleted>(3)))
        .When(inbox => Order(inbox, Some.Is<OrderCompleted>(4) with { Dispute = DisputeState.Disputed }))
        .When(inbox => Order(inbox, Some.Is<OrderCompleted>(5) with { Refund = 10, Lines = [Some.Line() with { Cancelled = 1 }] }))
        .With(inbox => Assert.Equal([NotificationKind.OrderReceived, NotificationKind.OrderApproved], Kinds(inbox)));

    [Fact]
    public void An_order_ends_for_one_reason()
    {
        Placed().When(inbox => Order(inbox, Some.Is<OrderCancelled>(3, "expired"))).With(inbox => IsLast(inbox, NotificationKind.OrderExpired, "expired"))
            // It is marked as disputed.
            .When(inbox => Order(inbox, Some.Is<OrderCancelled>(4, "expired"))).With(inbox => Assert.Equal(2, inbox.Items.Count));
        Placed().When(inbox => Order(inbox, Some.Is<OrderCancelled>(3, "sold_out"))).With(inbox => IsLast(inbox, NotificationKind.OrderCancelled, "sold_out"));
        Placed().When(inbox => Order(inbox, Some.Is<OrderFailed>(3, "lost_card"))).With(inbox => IsLast(inbox, NotificationKind.OrderFailed, "lost_card"));
        Placed().When(inbox => Order(inbox, Some.Is<OrderCompleted>(3)))
            .When(inbox => Order(inbox, Some.Is<OrderCancelled>(4, "seller_cancelled"))).With(inbox => IsLast(inbox, NotificationKind.OrderCancelled, "seller_cancelled"));
    }

    [Fact]
    public void An_order_whose_beginning_is_lost_is_told_from_where_it_is_known()
    {
        GivenNo<Inbox>().When(inbox => Order(inbox, Some.Is<OrderPending>(2))).With(inbox => Assert.Equal([NotificationKind.OrderReceived], Kinds(inbox)));
        GivenNo<Inbox>().When(inbox => Order(inbox, Some.Is<OrderCompleted>(4))).With(inbox => Assert.Equal([NotificationKind.OrderApproved], Kinds(inbox)));
        GivenNo<Inbox>().When(inbox => Order(inbox, Some.Is<OrderCancelled>(1, "unknown_order"))).ThenNothing();
    }

    [Fact]
    public void A_declined_payment_says_until_when_the_seats_are_held_and_how_often_to_try() => Placed()
        .When(inbox => Payment(inbox, Pays<PaymentFailed>(2) with { AttemptsLeft = 4, Reason = "lost_card" }))
        .With(inbox => Assert.Equal(
            new(2, NotificationKind.PaymentDeclined, Some.Noon)
            {
                OrderId = "o",
                What = "2 × Front row",
                Currency = "USD",
                HeldUntil = End,
                AttemptsLeft = 4,
                Reason = "lost_card",
            }, inbox.Items[^1]))
        .When(inbox => Payment(inbox, Pays<PaymentFailed>(2) with { AttemptsLeft = 4 })).ThenNothing()
        .When(inbox => Payment(inbox, Pays<PaymentFailed>(4) with { AttemptsLeft = 3 })).With(inbox => Assert.Equal(3, inbox.Items.Count))
        // The order's failure tells of the last one.
        .When(inbox => Payment(inbox, Pays<PaymentFailed>(6))).ThenNothing();

    [Fact]
    public void A_decline_that_is_read_before_its_order_is_told_too() => GivenNo<Inbox>()
        .When(inbox => Payment(inbox, Pays<PaymentFailed>(2) with { AttemptsLeft = 4 }))
        .With(inbox => Assert.Equal((null, null), (inbox.Items[0].What, inbox.Items[0].HeldUntil)))
        .When(inbox => Order(inbox, Some.Created()))
        .With(inbox => Assert.Equal([NotificationKind.PaymentDeclined, NotificationKind.OrderReceived], Kinds(inbox)));

    [Fact]
    public void Each_refund_is_told_with_what_went_back_and_a_dispute_with_its_state() => Placed()
        .When(inbox => Payment(inbox, Pays<PaymentSucceeded>(2))).ThenNothing()
        .When(inbox => Payment(inbox, Pays<PaymentPartiallyRefunded>(3) with { Refunded = 5 })).With(inbox => Assert.Equal(5, inbox.Items[^1].Amount))
        // It came back, and is sent again.
        .When(inbox => Payment(inbox, Pays<PaymentRefundFailed>(4))).With(inbox => Assert.Equal(2, inbox.Items.Count))
        .When(inbox => Payment(inbox, Pays<PaymentPartiallyRefunded>(5) with { Refunded = 5 })).With(inbox => Assert.Equal(3, inbox.Items.Count))
        .When(inbox => Payment(inbox, Pays<PaymentDisputed>(6) with { Refunded = 5, Dispute = DisputeState.Disputed }))
        .With(inbox => Assert.Equal((NotificationKind.PaymentDisputed, DisputeState.Disputed), (inbox.Items[^1].Kind, inbox.Items[^1].Dispute)))
        .When(inbox => Payment(inbox, Pays<PaymentDisputed>(7) with { Refunded = 5, Dispute = DisputeState.Won }))
        .With(inbox => Assert.Equal(DisputeState.Won, inbox.Items[^1].Dispute))
        .When(inbox => Payment(inbox, Pays<PaymentRefunded>(8) with { Dispute = DisputeState.Won }))
        .With(inbox => Assert.Equal((NotificationKind.PaymentRefunded, 15), (inbox.Items[^1].Kind, inbox.Items[^1].Amount)))
        .When(inbox => Payment(inbox, Pays<PaymentRefunded>(8) with { Dispute = DisputeState.Won })).ThenNothing();

    [Fact]
    public void A_buyer_is_reminded_once_before_the_hold_ends()
    {
        var at = End - RemindBefore;
        var open = Placed().With(inbox => Assert.Equal(Documents.IndexQuery.Key(at), DueKey(inbox)))
            .When(inbox => Inbox.Remind(inbox!, at - TimeSpan.FromTicks(1))).ThenNothing();
        open.When(inbox => Inbox.Remind(inbox!, at))
            .With(inbox => Assert.Equal(new(2, NotificationKind.OrderExpiring, at) { OrderId = "o", What = "2 × Front row", HeldUntil = End }, inbox.Items[^1]))
            .When(inbox => Inbox.Remind(inbox!, at)).ThenNothing()
            // A payment prolongs the hold.
            .When(inbox => Inbox.OrderChanged(inbox, Some.Is<OrderPending>(3) with { ExpiresAt = End.AddMinutes(1) }, at, RemindBefore))
            .With(inbox => Assert.Null(DueKey(inbox)));
        open.When(inbox => Order(inbox, Some.Is<OrderPending>(3) with { ExpiresAt = End.AddMinutes(1) }))
            .With(inbox => Assert.Equal(Documents.IndexQuery.Key(at.AddMinutes(1)), DueKey(inbox)));
        // Nobody looked in time.
        open.When(inbox => Inbox.Remind(inbox!, End)).With(inbox => Assert.Equal((1, null), (inbox.Items.Count, DueKey(inbox))));
    }

    [Fact]
    public void An_order_that_is_paid_or_over_or_held_for_a_moment_needs_no_reminder()
    {
        foreach (var over in (OrderEvent[])[Some.Is<OrderCompleted>(3), Some.Is<OrderCancelled>(3, "cancelled_by_user"), Some.Is<OrderFailed>(3)])
            Placed().When(inbox => Order(inbox, over)).With(inbox => Assert.Null(DueKey(inbox)));
        Placed(Some.Created() with { ExpiresAt = Some.Noon + RemindBefore }).With(inbox => Assert.Null(DueKey(inbox)));
    }

    [Theory]
    [InlineData("Front\r\nBcc: all@example.com", "Front  Bcc: all@example.com")]
    [InlineData("a\u202eb\u0007c", "a b c")]
    [InlineData("<b>&amp;", "<b>&amp;")]
    public void A_title_is_one_line_of_plain_text(string title, string shown) =>
        Placed(Some.Created() with { Lines = [Some.Line() with { Title = title }] }).With(inbox => Assert.Equal($"2 × {shown}", inbox.Items[0].What));

    [Fact]
    public void However_long_titles_are_a_notification_is_short()
    {
        var lines = Enumerable.Range(0, 100).Select(i => Some.Line(ticketId: $"{i}") with { Title = string.Concat(Enumerable.Repeat("🎸", 2000)) });
        Placed(Some.Created() with { Lines = [.. lines] }).With(inbox => Assert.InRange(inbox.Items[0].What!.Length, 400, 501));
        // No character is cut in two, nor taken over that is half of one.
        foreach (var title in (string[])[$"x{lines.First().Title}", $"{(char)0xd800}{lines.First().Title}"])
            Placed(Some.Created() with { Lines = [.. lines.Select(line => line with { Title = title })] })
                .With(inbox => Assert.DoesNotContain(inbox.Items[0].What!.EnumerateRunes(), rune => rune == System.Text.Rune.ReplacementChar));
    }

    [Fact]
    public void An_inbox_keeps_the_newest_and_uses_no_number_twice()
    {
        var inbox = Enumerable.Range(1, Inbox.MaxOrders + 10).Aggregate(
            (Inbox?)null, (inbox, i) => Order(inbox, Some.Created() with { Id = $"o{i}", OrderId = $"o{i}" }).State)!;
        Assert.Equal((Inbox.MaxItems, Inbox.MaxOrders, Inbox.MaxOrders + 11), (inbox.Items.Count, inbox.Orders.Count, inbox.Next));
        Assert.Equal(Enumerable.Range(Inbox.MaxOrders + 11 - Inbox.MaxItems, Inbox.MaxItems), inbox.Items.Select(item => item.Number));
        Assert.Equal(Inbox.MaxItems, inbox.Unread);
    }

    [Fact]
    public void What_happened_days_ago_is_no_news_but_its_cancellation_is()
    {
        var days = Some.Created() with { ExpiresAt = Some.Noon.AddDays(-1).AddSeconds(-1) };
        GivenNo<Inbox>().When(inbox => Order(inbox, days)).With(inbox => Assert.Empty(inbox.Items))
            .When(inbox => Order(inbox, Some.Is<OrderCompleted>(3) with { ExpiresAt = days.ExpiresAt })).With(inbox => Assert.Empty(inbox.Items))
            .When(inbox => Order(inbox, Some.Is<OrderCancelled>(4, "seller_cancelled") with { ExpiresAt = days.ExpiresAt }))
            .With(inbox => Assert.Equal([NotificationKind.OrderCancelled], Kinds(inbox)));
        GivenNo<Inbox>().When(inbox => Order(inbox, days)).When(inbox => Order(inbox, Some.Is<OrderCancelled>(3, "expired") with { ExpiresAt = days.ExpiresAt }))
            .With(inbox => Assert.Empty(inbox.Items));
    }

    [Fact]
    public void What_is_read_is_no_longer_counted() => Placed()
        .When(inbox => Order(inbox, Some.Is<OrderCompleted>(3))).With(inbox => Assert.Equal(2, inbox.Unread))
        .When(inbox => Inbox.Read(inbox, 1)).With(inbox => Assert.Equal(1, inbox.Unread))
        .When(inbox => Inbox.Read(inbox, 1)).ThenNothing()
        .When(inbox => Inbox.Read(inbox, 1000)).With(inbox => Assert.Equal((0, 2), (inbox.Unread, inbox.ReadUpTo)))
        .When(inbox => Order(inbox, Some.Is<OrderCancelled>(4, "seller_cancelled"))).With(inbox => Assert.Equal(1, inbox.Unread));

    [Fact]
    public void A_deleted_account_leaves_nothing_and_is_told_nothing()
    {
        GivenNo<Inbox>().When(inbox => Inbox.Read(inbox, 1)).ThenNothing();
        Placed().When(inbox => Inbox.AccountDeleted(inbox, new() { Id = Some.Buyer, Version = 1 }))
            .With(inbox => Assert.Equal((0, 0, 0, null, true), (inbox.Items.Count, inbox.Orders.Count, inbox.Unread, DueKey(inbox), inbox.IsDeleted)))
            .With(inbox => Assert.All(Inbox.Documents.Parts!.Of(inbox), part => Assert.True(part.IsEmpty)))
            .When(inbox => Inbox.AccountDeleted(inbox, new() { Id = Some.Buyer, Version = 1 })).ThenNothing()
            .When(inbox => Order(inbox, Some.Is<OrderCompleted>(3))).ThenNothing()
            .When(inbox => Payment(inbox, Pays<PaymentRefunded>(3))).ThenNothing()
            .When(inbox => Inbox.TicketChanged(inbox, Some.Updated(1), Some.Noon)).ThenNothing()
            .When(inbox => Inbox.Read(inbox, 1)).ThenNothing();
    }

    private static Scenario<Inbox> Placed(OrderCreated? order = null) => GivenNo<Inbox>().When(inbox => Order(inbox, order ?? Some.Created())).Then();

    private static Decision<Inbox> Order(Inbox? inbox, OrderEvent order) => Inbox.OrderChanged(inbox, order, Some.Noon, RemindBefore);

    private static Decision<Inbox> Payment(Inbox? inbox, PaymentEvent payment) => Inbox.PaymentChanged(inbox, payment, Some.Noon);

    private static T Pays<T>(long version)
        where T : PaymentEvent, new() => new() { Id = "p", OrderId = "o", UserId = Some.Buyer, Amount = 20, Currency = "USD", Version = version };

    private static IEnumerable<NotificationKind> Kinds(Inbox inbox) => inbox.Items.Select(item => item.Kind);

    private static string? DueKey(Inbox inbox) => Inbox.Documents.Indexes.Single(index => index.Name == "remind_due").Key(inbox);

    private static void IsLast(Inbox inbox, NotificationKind kind, string reason) => Assert.Equal((kind, reason), (inbox.Items[^1].Kind, inbox.Items[^1].Reason));
}
