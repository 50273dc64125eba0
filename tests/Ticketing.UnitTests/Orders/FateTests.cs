using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Orders;
using static Ticketing.Contracts.OrderStatus;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Orders;

/// <summary>The whole table: what each event makes of an order in each status.</summary>
public sealed class FateTests
{
    private static readonly TicketReserved Reserved = new() { Id = "t", OrderId = "o", Quantity = 2, Version = 2 };
    private static readonly TicketRejected Rejected = new() { Id = "t", OrderId = "o", Reason = "sold_out", Version = 2 };
    private static readonly PaymentSucceeded Paid = new() { Id = "p", OrderId = "o", UserId = Some.Buyer, Amount = 20, Currency = "USD", Version = 2 };
    private static readonly PaymentCreated Began = new() { Id = "p", OrderId = "o", UserId = Some.Buyer, Amount = 20, Currency = "USD", Version = 1 };
    private static readonly PaymentFailed Declined =
        new() { Id = "p", OrderId = "o", UserId = Some.Buyer, Amount = 20, Currency = "USD", Reason = "lost_card", Version = 2 };
    private static readonly PaymentRequiresAction ActionRequired = new() { Id = "p", OrderId = "o", UserId = Some.Buyer, Amount = 20, Currency = "USD", Version = 2 };
    private static readonly ExpirationExpired Expired = new() { Id = "o", OrderId = "o", Version = 1 };

    [Fact]
    public void Reserved_seats_make_a_new_order_wait_for_its_payment() =>
        Given(Some.Order()).When(order => Order.Reserved(order, Reserved)).Then(Some.Is<OrderPending>(2));

    [Fact]
    public void Reserved_seats_complete_a_free_order_once() => Given(Some.Order() with { Price = 0 })
        .When(order => Order.Reserved(order, Reserved)).Then(Some.Is<OrderCompleted>(2) with { Price = 0 })
        .When(order => Order.Reserved(order, Reserved)).ThenNothing()
        .When(order => Expire(order, Expired)).ThenNothing();

    [Fact]
    public void An_order_without_seats_is_cancelled_with_the_reason_that_it_was_given() =>
        Given(Some.Order()).When(order => Order.Rejected(order, Rejected)).Then(Some.Is<OrderCancelled>(2, "sold_out"));

    [Fact]
    public void A_payment_completes_the_order() =>
        Given(Some.Order(PendingPayment)).When(order => Order.Paid(order, Paid)).Then(Some.Is<OrderCompleted>(3));

    [Fact]
    public void A_declined_payment_fails_the_order_for_the_gateways_reason() =>
        Given(Some.Order(PendingPayment)).When(order => Order.Declined(order, Declined)).Then(Some.Is<OrderFailed>(3, "lost_card"));

    [Fact]
    public void A_declined_payment_without_a_reason_still_has_one_on_the_order() => Given(Some.Order(PendingPayment))
        .When(order => Order.Declined(order, Declined with { Reason = null })).Then(Some.Is<OrderFailed>(3, "declined"));

    [Theory]
    [InlineData(Created, 2)]
    [InlineData(PendingPayment, 3)]
    public void An_unpaid_order_is_cancelled_when_its_hold_runs_out(OrderStatus status, long version) =>
        Given(Some.Order(status)).When(order => Expire(order, Expired)).Then(Some.Is<OrderCancelled>(version, "expired"));

    [Fact]
    public void A_clock_that_runs_ahead_ends_no_hold() => Given(Some.Order(PendingPayment))
        .When(order => Order.Expired(order, Expired, Some.Noon + Some.Hold - TimeSpan.FromTicks(1))).ThenNothing();

    [Fact]
    public void A_hold_ends_without_Expiration_too()
    {
        Given(Some.Order()).When(order => Order.Overdue(order!)).Then(Some.Is<OrderCancelled>(2, "expired"));
        Given(Some.Order(PendingPayment)).When(order => Order.Overdue(order!)).Then(Some.Is<OrderCancelled>(3, "expired"));
        foreach (var status in (OrderStatus[])[Completed, Cancelled, Failed])
        {
            Given(Some.Order(status)).When(order => Order.Overdue(order!)).ThenNothing();
            Assert.Null(Order.Documents.Indexes.Single(index => index.Name == "overdue").Key(Some.Order(status)));
        }
    }

    [Fact]
    public void A_payment_that_began_within_the_hold_prolongs_it_when_it_runs_out()
    {
        var until = Some.Noon + Some.Hold + TimeSpan.FromSeconds(30);
        var prolonged = Given(Some.Order(PendingPayment))
            .When(order => Order.PaymentBegan(order, Began with { AnswerBy = until })).Then()
            .When(order => Order.PaymentBegan(order, Began with { AnswerBy = until })).ThenNothing()
            .When(order => Expire(order, Expired)).Then(Some.Is<OrderPending>(3) with { ExpiresAt = until })
            .When(order => Expire(order, Expired)).ThenNothing();
        prolonged.When(order => Order.Paid(order, Paid)).Then(Some.Is<OrderCompleted>(4) with { ExpiresAt = until });
        // Once: it is bounded.
        prolonged.When(order => Order.Expired(order, Expired, until)).Then(Some.Is<OrderCancelled>(4, "expired") with { ExpiresAt = until });
        prolonged.When(order => Order.Declined(order, Declined with { AttemptsLeft = 4 })).Then(Some.Is<OrderCancelled>(4, "expired") with { ExpiresAt = until });
    }

    [Fact]
    public void A_payment_that_is_answered_in_time_prolongs_nothing()
    {
        Given(Some.Order(PendingPayment)).When(order => Order.PaymentBegan(order, Began with { AnswerBy = Some.Noon + Some.Hold })).ThenNothing();
        Given(Some.Order(PendingPayment)).When(order => Order.PaymentBegan(order, Began)).ThenNothing();
        Given(Some.Order(PendingPayment))
            .When(order => Order.PaymentBegan(order, Began with { AnswerBy = Some.Noon.AddHours(1) }))
            .When(order => Order.Declined(order, Declined with { AttemptsLeft = 1 })).Then()
            .When(order => Order.PaymentBegan(order, Began with { AnswerBy = Some.Noon.AddHours(1) })).ThenNothing()
            .When(order => Expire(order, Expired)).Then(Some.Is<OrderCancelled>(3, "expired"));
    }

    [Fact]
    public void No_payment_prolongs_a_hold_for_more_than_ten_minutes() => Given(Some.Order(PendingPayment))
        .When(order => Order.PaymentBegan(order, Began with { AnswerBy = DateTimeOffset.MaxValue }))
        .When(order => Expire(order, Expired)).Then(Some.Is<OrderPending>(3) with { ExpiresAt = Some.Noon + Some.Hold + TimeSpan.FromMinutes(10) });

    [Fact]
    public void A_decline_with_attempts_left_leaves_the_order_alive() => Given(Some.Order(PendingPayment))
        .When(order => Order.Declined(order, Declined with { AttemptsLeft = 1 })).ThenNothing();

    [Fact]
    public void A_payment_that_waits_for_its_buyer_prolongs_nothing() => Given(Some.Order(PendingPayment))
        .When(order => Order.PaymentBegan(order, Began with { AnswerBy = Some.Noon.AddHours(1) }))
        .When(order => Order.ActionRequired(order, ActionRequired)).Then()
        .When(order => Order.ActionRequired(order, ActionRequired)).ThenNothing()
        // What came before, read again.
        .When(order => Order.PaymentBegan(order, Began with { AnswerBy = Some.Noon.AddHours(1) })).ThenNothing()
        .When(order => Expire(order, Expired)).Then(Some.Is<OrderCancelled>(3, "expired"));

    [Fact]
    public void A_hold_that_was_prolonged_for_a_payment_is_over_when_that_waits_for_its_buyer() => Given(Some.Order(PendingPayment))
        .When(order => Order.PaymentBegan(order, Began with { AnswerBy = Some.Noon + Some.Hold + TimeSpan.FromSeconds(30) }))
        .When(order => Expire(order, Expired))
        .When(order => Order.ActionRequired(order, ActionRequired))
        .Then(Some.Is<OrderCancelled>(4, "expired") with { ExpiresAt = Some.Noon + Some.Hold + TimeSpan.FromSeconds(30) });

    [Fact]
    public void A_payment_that_its_buyer_confirms_within_the_hold_completes_the_order() => Given(Some.Order(PendingPayment))
        .When(order => Order.ActionRequired(order, ActionRequired)).ThenNothing()
        .When(order => Order.Paid(order, Paid with { Version = 3 })).Then(Some.Is<OrderCompleted>(3))
        .When(order => Order.ActionRequired(order, ActionRequired)).ThenNothing();

    [Fact]
    public void An_old_payment_that_waited_for_its_buyer_does_not_end_the_attempt_after_it()
    {
        var until = Some.Noon + Some.Hold + TimeSpan.FromSeconds(30);
        Given(Some.Order(PendingPayment))
            .When(order => Order.PaymentBegan(order, Began with { Version = 4, AnswerBy = until }))
            .When(order => Order.ActionRequired(order, ActionRequired)).ThenNothing()
            .When(order => Expire(order, Expired)).Then(Some.Is<OrderPending>(3) with { ExpiresAt = until })
            .When(order => Order.ActionRequired(order, ActionRequired)).ThenNothing();
    }

    [Fact]
    public void An_old_decline_does_not_end_the_attempt_after_it() => Given(Some.Order(PendingPayment))
        .When(order => Order.PaymentBegan(order, Began with { Version = 3, AnswerBy = Some.Noon.AddHours(1) }))
        .When(order => Order.Declined(order, Declined with { AttemptsLeft = 1 })).ThenNothing();

    [Fact]
    public void Seats_or_money_for_a_dead_order_make_its_end_told_again_as_it_was()
    {
        IEvent[] cancelled = [Some.Is<OrderCancelled>(3, "expired")], failed = [Some.Is<OrderFailed>(3, "card_declined")];
        Given(Some.Order(Cancelled)).When(order => Order.Reserved(order, Reserved)).Then(cancelled).Unchanged();
        Given(Some.Order(Failed)).When(order => Order.Reserved(order, Reserved)).Then(failed).Unchanged();
        Given(Some.Order(Cancelled)).When(order => Order.Paid(order, Paid)).Then(cancelled).Unchanged();
        Given(Some.Order(Failed)).When(order => Order.Paid(order, Paid)).Then(failed).Unchanged();
    }

    [Fact]
    public void Whatever_else_is_heard_changes_nothing()
    {
        Ignored(order => Order.Reserved(order, Reserved), PendingPayment, Completed);
        Ignored(order => Order.Rejected(order, Rejected), PendingPayment, Completed, Cancelled, Failed);
        Ignored(order => Order.Paid(order, Paid), Created, Completed);
        Ignored(order => Order.PaymentBegan(order, Began with { AnswerBy = DateTimeOffset.MaxValue }), Created, Completed, Cancelled, Failed);
        Ignored(order => Order.ActionRequired(order, ActionRequired), Created, PendingPayment, Completed, Cancelled, Failed);
        Ignored(order => Order.Declined(order, Declined), Created, Completed, Cancelled, Failed);
        Ignored(order => Expire(order, Expired), Completed, Cancelled, Failed);
        GivenNo<Order>().When(order => Order.Rejected(order, Rejected)).ThenNothing()
            .When(order => Order.Declined(order, Declined)).ThenNothing();
    }

    [Fact]
    public void Seats_of_an_order_that_is_not_known_are_given_back() => GivenNo<Order>()
        .When(order => Order.Reserved(order, Reserved)).Then(Unknown(1, "t", quantity: 2)).Warns()
        .When(order => Order.Reserved(order, Reserved)).Then(Unknown(1, "t", quantity: 2)).Unchanged()
        // Whoever publishes orders of its own may name another ticket, too. The first one is not forgotten.
        .When(order => Order.Reserved(order, Reserved with { Id = "t2" })).Then(Unknown(2, "t", quantity: 2) with { Lines = [Free("t", 2), Free("t2", 2)] });

    [Fact]
    public void Money_for_an_order_that_is_not_known_goes_back_and_so_do_seats_that_it_turns_out_to_have()
    {
        var paid = Unknown(1, Order.Unknown) with { UserId = Some.Buyer, Price = 20, Currency = "USD" };
        GivenNo<Order>()
            .When(order => Order.Paid(order, Paid)).Then(paid).Warns()
            .When(order => Order.Paid(order, Paid)).Then(paid).Unchanged()
            .When(order => Expire(order, Expired)).ThenNothing()
            .When(order => Expire(order, Expired with { TicketId = "t" })).Then(paid with { TicketId = "t", Lines = [Free("t")], Version = 2 })
            .When(order => Expire(order, Expired with { TicketId = "t" })).ThenNothing();
    }

    [Fact]
    public void An_order_that_is_not_known_and_expires_loses_its_seats()
    {
        GivenNo<Order>().When(order => Expire(order, Expired with { TicketId = "t" })).Then(Unknown(1, "t")).Warns();
        GivenNo<Order>().When(order => Expire(order, Expired)).Then(Unknown(1, Order.Unknown)).Warns();
        GivenNo<Order>().When(order => Expire(order, Expired with { TicketId = "t", TicketIds = ["t", "u"] }))
            .Then(Unknown(1, "t") with { Lines = [Free("t"), Free("u")] }).Warns();
    }

    [Fact]
    public void An_order_of_several_tickets_waits_for_its_payment_when_all_are_reserved() => Given(Some.TwoTickets())
        .When(order => Order.Reserved(order, Reserved)).Then()
        .When(order => Order.Reserved(order, Reserved)).ThenNothing()
        .When(order => Order.Reserved(order, Reserved with { Id = "u", Quantity = 1 })).Then(Some.Of(Some.Is<OrderPending>(2), ("t", 2), ("u", 1)))
        .When(order => Order.Reserved(order, Reserved)).ThenNothing();

    [Fact]
    public void The_first_ticket_without_seats_ends_the_order_and_the_others_are_told() => Given(Some.TwoTickets())
        .When(order => Order.Reserved(order, Reserved)).Then()
        .When(order => Order.Rejected(order, Rejected with { Id = "u" })).Then(Some.Of(Some.Is<OrderCancelled>(2, "sold_out"), ("t", 2), ("u", 1)))
        .When(order => Order.Reserved(order, Reserved)).Then(Some.Of(Some.Is<OrderCancelled>(2, "sold_out"), ("t", 2), ("u", 1))).Unchanged();

    [Theory]
    [InlineData("t2", 2)]
    [InlineData("t", 3)]
    public void Seats_that_are_not_the_orders_are_not_accepted(string ticketId, int quantity)
    {
        foreach (var status in Enum.GetValues<OrderStatus>())
        {
            Given(Some.Order(status)).When(order => Order.Reserved(order, Reserved with { Id = ticketId, Quantity = quantity }))
                .ThenRefused(RefusalKind.Conflict);
        }
        if (ticketId != "t")
            Given(Some.Order()).When(order => Order.Rejected(order, Rejected with { Id = ticketId })).ThenRefused(RefusalKind.Conflict);
    }

    [Theory]
    [InlineData("another", 20, "USD")]
    [InlineData(Some.Buyer, 19.99, "USD")]
    [InlineData(Some.Buyer, 20, "EUR")]
    public void A_payment_by_another_or_of_another_amount_is_not_accepted(string userId, decimal amount, string currency)
    {
        Given(Some.Order(PendingPayment))
            .When(order => Order.Paid(order, Paid with { UserId = userId, Amount = amount, Currency = currency })).ThenRefused(RefusalKind.Conflict);
        Given(Some.Order(PendingPayment))
            .When(order => Order.Declined(order, Declined with { UserId = userId, Amount = amount, Currency = currency })).ThenRefused(RefusalKind.Conflict);
        Given(Some.Order(PendingPayment))
            .When(order => Order.ActionRequired(order, ActionRequired with { UserId = userId, Amount = amount, Currency = currency })).ThenRefused(RefusalKind.Conflict);
    }

    // Found by SystemTests: the records that had set its timer were lost.
    [Fact]
    public void Nobody_waits_for_the_buyer_of_an_order_that_is_not_known() => GivenNo<Order>()
        .When(order => Order.ActionRequired(order, ActionRequired))
        .Then(Unknown(1, Order.Unknown) with { UserId = Some.Buyer, Price = 20, Currency = "USD" })
        .When(order => Order.ActionRequired(order, ActionRequired)).ThenNothing();

    private static OrderCancelled Unknown(long version, string ticketId, int quantity = 1) => Some.Is<OrderCancelled>(version, "unknown_order") with
    {
        UserId = Order.Unknown,
        TicketId = ticketId,
        Quantity = quantity,
        Lines = [Free(ticketId, quantity)],
        Price = 0,
        Currency = "XXX",
        ExpiresAt = DateTimeOffset.UnixEpoch,
    };

    private static OrderLine Free(string ticketId, int quantity = 1) => new() { TicketId = ticketId, Quantity = quantity };

    private static Decision<Order> Expire(Order? order, ExpirationExpired expired) => Order.Expired(order, expired, Some.Noon + Some.Hold);

    private static void Ignored(Func<Order?, Decision<Order>> decide, params OrderStatus[] statuses)
    {
        foreach (var status in statuses)
            Given(Some.Order(status)).When(decide).ThenNothing();
    }
}
