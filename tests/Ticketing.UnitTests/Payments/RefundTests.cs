using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Payments;

/// <summary>Seats of a paid order are given back, and so is what they cost: each refund once, and never more than was captured.</summary>
public sealed class RefundTests
{
    private static readonly DateTimeOffset Later = Some.Noon.AddMinutes(1);

    [Fact]
    public void What_seats_cost_that_were_given_back_goes_back_and_is_told_once() => Given(Completed())
        .When(payment => Follow(payment, Kept(4, refund: 10))).Then()
        .With(IsDue("p/refund", 10))
        .When(payment => Done(payment, "p/refund")).Then(PartiallyRefunded(3, 10))
        .With(Is(PaymentStatus.PartiallyRefunded, 10))
        .When(payment => Done(payment, "p/refund")).ThenNothing();

    [Fact]
    public void Seats_given_back_later_are_another_refund() => Given(PartiallyRefunded())
        .When(payment => Follow(payment, Kept(5, refund: 12))).Then()
        .With(IsDue("p/refund/2", 2))
        .When(payment => Done(payment, "p/refund/2")).Then(PartiallyRefunded(4, 12))
        .With(Is(PaymentStatus.PartiallyRefunded, 12))
        .When(payment => Follow(payment, Kept(6, refund: 15.5m)))
        .With(IsDue("p/refund/3", 3.5m))
        .When(payment => Done(payment, "p/refund/3")).Then(PartiallyRefunded(5, 15.5m));

    [Fact]
    public void A_refund_that_is_sent_again_is_the_same_whatever_is_wanted_back_meanwhile() => Given(Refunding())
        .When(payment => OrderPayment.Claim(payment!, Later, TimeSpan.FromSeconds(20)))
        .When(payment => Follow(payment, Kept(5, refund: 12))).Then()
        .With(payment => Assert.Equal(Later.AddSeconds(20), payment.Payment!.DueAt))
        .When(payment => OrderPayment.Claim(payment!, Later.AddSeconds(20), TimeSpan.Zero))
        .With(payment => Assert.Equal(("p/refund", 10), (payment.Payment!.RefundKey, payment.RefundDue)))
        .When(payment => Done(payment, "p/refund")).Then(PartiallyRefunded(3, 10))
        // What is wanted besides is due at once.
        .With(IsDue("p/refund/2", 2))
        .When(payment => Done(payment, "p/refund/2")).Then(PartiallyRefunded(4, 12))
        .With(Is(PaymentStatus.PartiallyRefunded, 12));

    [Fact]
    public void The_answer_to_an_earlier_refund_counts_for_that_one_only() => Given(Refunding())
        .When(payment => Follow(payment, Kept(5, refund: 12)))
        .When(payment => Done(payment, "p/refund"))
        .When(payment => Done(payment, "p/refund")).ThenNothing()
        .With(IsDue("p/refund/2", 2));

    [Fact]
    public void The_rest_goes_back_when_the_order_dies_after_a_partial_refund() => Given(PartiallyRefunded())
        .When(payment => Follow(payment, Some.Is<OrderCancelled>(5) with { Refund = 10 })).Then()
        .With(IsDue("p/refund/2", 10))
        .When(payment => Done(payment, "p/refund/2")).Then(Tells<PaymentRefunded>(4))
        .With(Is(PaymentStatus.Refunded, 20))
        .When(payment => Follow(payment, Some.Is<OrderCancelled>(5) with { Refund = 10 })).ThenNothing();

    [Fact]
    public void The_rest_goes_back_when_the_order_dies_during_a_partial_refund() => Given(Refunding())
        .When(payment => Follow(payment, Some.Is<OrderCancelled>(5))).Then()
        .With(IsDue("p/refund", 10))
        .When(payment => Done(payment, "p/refund")).Then(PartiallyRefunded(3, 10))
        .With(IsDue("p/refund/2", 10))
        .When(payment => Done(payment, "p/refund/2")).Then(Tells<PaymentRefunded>(4))
        .With(Is(PaymentStatus.Refunded, 20));

    [Fact]
    public void A_completed_order_that_wants_everything_back_is_refunded_and_its_end_changes_no_money() => Given(Completed())
        .When(payment => Follow(payment, Kept(4, refund: 20)))
        .With(IsDue("p/refund", 20))
        .When(payment => Done(payment, "p/refund")).Then(Tells<PaymentRefunded>(3))
        .With(Is(PaymentStatus.Refunded, 20))
        .When(payment => Follow(payment, Some.Is<OrderCancelled>(5))).Then()
        .With(Is(PaymentStatus.Refunded, 20));

    [Fact]
    public void Versions_that_are_here_or_older_refund_nothing_again()
    {
        foreach (var payment in (OrderPayment[])[Refunding(), PartiallyRefunded()])
        {
            Given(payment)
                .When(payment => Follow(payment, Kept(4, refund: 10))).ThenNothing()
                .When(payment => Follow(payment, Kept(3, refund: 0))).ThenNothing()
                .When(payment => Follow(payment, Kept(3, refund: 5))).ThenNothing();
        }
    }

    // An instance of before there were partial refunds took the version over, or Orders lost what it had stored.
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_version_that_is_here_or_older_still_says_what_is_wanted_back_and_nothing_else(long version) => Given(Completed(4))
        .When(payment => Follow(payment, Some.Is<OrderPending>(version) with { Refund = 10 })).Then()
        .With(IsDue("p/refund", 10))
        .With(payment => Assert.Equal((OrderStatus.Completed, 4), (payment.OrderStatus, payment.OrderVersion)));

    [Fact]
    public void What_is_wanted_back_never_becomes_less() => Given(PartiallyRefunded())
        .When(payment => Follow(payment, Kept(5, refund: 5))).Then()
        .With(payment => Assert.Equal((10, 5), (payment.Refund, payment.OrderVersion)))
        .With(Is(PaymentStatus.PartiallyRefunded, 10));

    [Fact]
    public void No_more_goes_back_than_was_captured() => Given(PartiallyRefunded())
        .When(payment => Follow(payment, Kept(5, refund: 30) with { Price = 30 }))
        .With(IsDue("p/refund/2", 10));

    [Fact]
    public void What_is_wanted_back_before_the_capture_is_recorded_is_due_then()
    {
        var processing = Given(Some.Processing())
            .When(payment => Follow(payment, Kept(4, refund: 10))).Then()
            .With(payment => Assert.Equal((Some.Processing().Payment, 10), (payment.Payment, payment.Refund)));
        processing.When(payment => OrderPayment.Charged(payment, "p", new ChargeResult("ch_1"), Later)).Then(Tells<PaymentSucceeded>(2))
            .With(IsDue("p/refund", 10));
        processing.When(payment => OrderPayment.Charged(payment, "p", new ChargeResult("ch_1", "lost_card"), Later))
            .With(Is(PaymentStatus.Failed, 0));
    }

    [Fact]
    public void Nothing_of_a_free_order_goes_back() => GivenNo<OrderPayment>()
        .When(payment => Follow(payment, Some.Created() with { Price = 0 }))
        .When(payment => Follow(payment, Kept(2, refund: 0) with { Price = 0 }))
        .When(payment => Follow(payment, Kept(3, refund: 0) with { Price = 0, Lines = [Some.Line() with { Cancelled = 1 }] })).Then()
        .With(payment => Assert.Equal((0, 0, null), (payment.RefundDue, payment.AmountRefunded, payment.Payment)))
        .When(payment => Follow(payment, Some.Is<OrderCancelled>(4) with { Price = 0 })).Then()
        .With(payment => Assert.Equal((0, 0, null), (payment.RefundDue, payment.AmountRefunded, payment.Payment)));

    [Fact]
    public void Its_state_is_told_again_with_what_has_gone_back()
    {
        var second = Follow(PartiallyRefunded(), Kept(5, refund: 12)).State!;
        var all = Done(Follow(Completed(), Some.Is<OrderCancelled>(4)).State, "p/refund").State!;
        (OrderPayment Payment, IEvent Told)[] states =
        [
            // That a refund is due is nobody else's business.
            (Refunding(), Tells<PaymentSucceeded>(2)),
            (PartiallyRefunded(), PartiallyRefunded(3, 10)),
            (second, PartiallyRefunded(3, 10)),
            (all, Tells<PaymentRefunded>(3)),
        ];
        Assert.All(states, state => Assert.Equal(EventJson.Serialize(state.Told), EventJson.Serialize(Assert.Single(state.Payment.Tell()))));
    }

    [Theory]
    [InlineData("succeeded", 0)]
    [InlineData("refunding", 0)]
    [InlineData("refunded", 20)]
    public void Documents_of_before_there_were_partial_refunds_are_read(string status, int refunded)
    {
        var payment = Old(status);
        Assert.Equal((refunded, 20, "USD"), (PaymentResponse.Of(payment).Refunded, PaymentResponse.Of(payment).Amount, PaymentResponse.Of(payment).Currency));
        Assert.Equal(payment, Stored(JsonSerializer.Serialize(payment, OrderPayment.Documents.Json)));
    }

    [Fact]
    public void A_refund_that_was_due_before_there_were_partial_refunds_is_of_everything_and_keeps_its_key() => Given(Old("refunding"))
        .With(payment => Assert.Equal(("p/refund", 20), (payment.Payment!.RefundKey, payment.RefundDue)))
        .When(payment => Done(payment, "p/refund")).Then(Tells<PaymentRefunded>(3))
        .With(Is(PaymentStatus.Refunded, 20));

    [Fact]
    public void Its_payer_sees_what_has_gone_back()
    {
        Assert.Equal((PaymentStatus.Refunding, 0), Seen(Refunding()));
        Assert.Equal((PaymentStatus.PartiallyRefunded, 10), Seen(PartiallyRefunded()));
        Assert.Equal((PaymentStatus.Refunding, 10), Seen(Follow(PartiallyRefunded(), Some.Is<OrderCancelled>(5)).State!));

        static (PaymentStatus, decimal) Seen(OrderPayment payment) => (PaymentResponse.Of(payment).Status, PaymentResponse.Of(payment).Refunded);
    }

    [Fact]
    public void A_refund_is_stored_as_it_is()
    {
        var (due, stored) = (Refunding(), Stored(JsonSerializer.Serialize(Refunding(), OrderPayment.Documents.Json)));
        Assert.Equal(due, stored with { SellerIds = due.SellerIds });
        Assert.Equal([Some.Seller], stored.SellerIds);
        Assert.Contains("\"partially_refunded\"", JsonSerializer.Serialize(PartiallyRefunded(), OrderPayment.Documents.Json), StringComparison.Ordinal);
    }

    private static OrderPayment Completed(long version = 3) => Follow(Some.Captured(), Kept(version, refund: 0)).State!;

    private static OrderPayment Refunding() => Follow(Completed(), Kept(4, refund: 10)).State!;

    private static OrderPayment PartiallyRefunded() => Done(Refunding(), "p/refund").State!;

    private static OrderPayment Old(string status) => Stored(
        $$$"""
        {"orderId":"o","userId":"buyer","price":20,"currency":"USD","orderStatus":"{{{(status == "succeeded" ? "completed" : "cancelled")}}}","orderVersion":3,
        "payment":{"id":"p","method":"pm_card_visa","status":"{{{status}}}","version":2,"gatewayId":"ch_1","attemptsLeft":4}}
        """);

    private static OrderPayment Stored(string json) => JsonSerializer.Deserialize(json, OrderPayment.Documents.Json)!;

    /// <summary>The order is completed, and so much of its price goes back.</summary>
    private static OrderCompleted Kept(long version, decimal refund) => Some.Is<OrderCompleted>(version) with { Refund = refund };

    private static Decision<OrderPayment> Follow(OrderPayment? payment, OrderEvent order) => OrderPayment.Follow(payment, order, Later);

    private static Decision<OrderPayment> Done(OrderPayment? payment, string key) => OrderPayment.Refunded(payment, key, Some.Sent, Later);

    private static Action<OrderPayment> IsDue(string key, decimal amount) => payment => Assert.Equal(
        (PaymentStatus.Refunding, Later, key, amount), (payment.Payment!.Status, payment.Payment.DueAt, payment.Payment.RefundKey, payment.RefundDue));

    private static Action<OrderPayment> Is(PaymentStatus status, decimal refunded) => payment => Assert.Equal(
        (status, refunded, 0, null), (payment.Payment!.Status, payment.AmountRefunded, payment.RefundDue, payment.Payment.DueAt));

    private static PaymentPartiallyRefunded PartiallyRefunded(long version, decimal refunded) =>
        Tells<PaymentPartiallyRefunded>(version) with { Refunded = refunded };

    private static T Tells<T>(long version)
        where T : PaymentEvent, new() => new()
        {
            Id = "p",
            OrderId = "o",
            UserId = Some.Buyer,
            PaymentId = "ch_1",
            Amount = 20,
            Currency = "USD",
            Version = version,
        };
}
