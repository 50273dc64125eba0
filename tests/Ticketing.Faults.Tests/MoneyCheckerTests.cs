using System.Text.Json.Nodes;
using Ticketing.Faults.Tests.Checking.Rules;

namespace Ticketing.Faults.Tests;

/// <summary>The checker holds what the shop says of money against Stripe's books: it finds nothing where nothing is wrong, and what is wrong where one thing is.</summary>
public sealed class MoneyCheckerTests
{
    private static readonly Snapshot Clean = SampleShop.Clean();
    private static readonly Snapshot Given = SampleShop.WithGivenSeats();
    private static readonly Snapshot Disputed = SampleShop.WithDisputes();
    private static readonly Snapshot Lost = SampleShop.WithLostDispute();
    private static readonly Snapshot Failed = SampleShop.WithFailedRefund();
    private static readonly Snapshot Slow = SampleShop.WithSlowRefund();
    private static readonly Snapshot News = Clean with
    {
        Documents =
        [
            .. Clean.Documents, Event("evt_1", "pi_paid", "taken_over"), Event("evt_2", "pi_paid", "nothing_new"), Event("evt_3", "pi_of_another_shop", "ignored"),
            Event("evt_4", "pi_of_another_shop", "given_up"),
        ],
    };

    private static readonly Dictionary<string, (string Rule, string Says, Snapshot Broken)> Cases = new()
    {
        // What was captured, and how often.
        ["captured twice"] = (nameof(GatewayAgrees), "was captured 2 times", Clean.At(With(Second))),
        ["captured twice, and one went back in part"] = (nameof(GatewayAgrees), "was captured 2 times", Clean.At(With(Second, SampleShop.Refund("paid", 9, 7, intent: "stray")))),
        ["captured twice, and one refund failed"] = (nameof(GatewayAgrees), "was captured 2 times", Clean.At(With(Second, SampleShop.Refund("paid", 10, 7, "failed", "stray")))),
        ["captured for nobody"] = (nameof(GatewayAgrees), "no payment tells of it", Clean.At(With(SampleShop.Intent("nobody")))),
        ["captured for an order without a payment"] = (nameof(GatewayAgrees), "no payment tells of it", Clean.At(With(SampleShop.Intent("late", name: "second")))),
        ["completed, and never captured"] = (nameof(GatewayAgrees), "Stripe captured it never", Clean.At(books => books with { Intents = [.. books.Intents.Where(i => i.OrderId != "paid")] })),
        ["captured, and declined as far as is known"] = (nameof(GatewayAgrees), "that is failed", Payment(Clean, "back", p => p["status"] = "failed")),
        ["captured as another than is known"] = (nameof(GatewayAgrees), "Stripe captured it never", Payment(Clean, "paid", p => p["gatewayId"] = "pi_other")),
        ["captured less"] = (nameof(GatewayAgrees), "costs 10; Stripe captured 9", Clean.At(books => books with { Intents = [SampleShop.Intent("paid", 9), .. books.Intents.Where(i => i.OrderId != "paid")] })),

        // What went back.
        ["captured for a dead order"] = (nameof(GatewayAgrees), "0 is owed; Stripe captured 10, sent back 0", Clean.At(books => books with { Refunds = [] })),
        ["refund failed, and nobody says so"] = (nameof(GatewayAgrees), "sent back 0", Clean.At(books => books with { Refunds = [SampleShop.Refund("back", 10, status: "failed")] })),
        ["refunded, and completed"] = (nameof(GatewayAgrees), "10 is owed; Stripe captured 10, sent back 10", Clean.At(With(SampleShop.Refund("paid", 10)))),
        ["less sent back"] = (nameof(GatewayAgrees), "sent back 20", Given.At(books => books with { Refunds = [.. books.Refunds.Where(r => r.Id != "re_part_1")] })),
        ["more sent back"] = (nameof(GatewayAgrees), "sent back 40", Given.At(With(SampleShop.Refund("part", 10, 3)))),
        ["more sent back than was captured"] = (nameof(GatewayAgrees), "more was sent back", Given.At(With(SampleShop.Refund("part", 30, 3)))),
        ["sent back twice with one key"] = (nameof(GatewayAgrees), "made 2 refunds", Given.At(With(SampleShop.Refund("part", 10) with { Id = "re_again" }))),
        ["nothing sent back by a refund"] = (nameof(GatewayAgrees), "sent 0 back", Given.At(With(SampleShop.Refund("part", 0, 3)))),

        // What can still be captured.
        ["dead order waits for its buyer"] = (nameof(GatewayAgrees), "can still be captured", Clean.At(With(SampleShop.Intent("late", status: "requires_action", name: "open")))),
        ["dead order waits to be confirmed"] = (nameof(GatewayAgrees), "can still be captured", Clean.At(With(SampleShop.Intent("back", status: "requires_confirmation", name: "open")))),
        ["completed order waits for its buyer once more"] = (nameof(GatewayAgrees), "can still be captured", Clean.At(With(SampleShop.Intent("paid", status: "requires_action", name: "open")))),
        ["order of nobody waits"] = (nameof(GatewayAgrees), "can still be captured", Clean.At(With(SampleShop.Intent("nobody", status: "requires_action")))),

        // Refunds that failed.
        ["failed refund of a card that takes refunds"] = (nameof(GatewayAgrees), "the payment is refund_failed", Failed.At(books => books with { Intents = Clean.Stripe.Intents })),
        ["failed refund without a reason"] = (nameof(MoneyMatchesOrders), "0 is owed, 10 was kept", Payment(Failed, "back", p => p["refundFailure"] = null)),
        ["failed refund that the gateway never had"] = (nameof(GatewayAgrees), "the payment is refund_failed", Failed.At(books => books with { Refunds = [] })),
        ["failed refund, and the payment says nothing"] = (nameof(MoneyMatchesOrders), "0 is owed, 10 was kept", Payment(Failed, "back", p => p["status"] = "succeeded")),
        ["failed refund told, and all is back"] = (nameof(ChangesArePublished), "of which 10 went back", Payment(Failed, "back", p => p["refunded"] = 10m)),
        ["failed refund told with another amount"] = (nameof(ChangesArePublished), "refunds of 10 that failed; published is 20", SampleShop.WithFailedRefund(log => log.Payment("back", "refund_failed", 5, 10, failed: 20))),
        ["refund failed in part, and more is back than was"] = (nameof(MoneyMatchesOrders), "has got 11 of 10 back", SampleShop.WithFailedRefund(log => log.Payment("back", "refund_failed", 5, 10, 11))),
        ["less is back without a failure"] = (nameof(MoneyMatchesOrders), "has got 4 of 10 back, and before 10", SampleShop.Of(SampleShop.Log().Payment("back", "partially_refunded", 4, 10, 4))),
        ["the same sent back again without having been on its way"] = (nameof(MoneyMatchesOrders), "has got 10 of 10 back, and before 10", SampleShop.WithSlowRefund("pm_card_visa")),
        ["captured again after its refund"] = (nameof(MoneyMatchesOrders), "was captured 2 times", SampleShop.Of(SampleShop.Log().Payment("back", "succeeded", 4, 10))),

        // Disputes.
        ["lost dispute, and the payment says nothing"] = (nameof(GatewayAgrees), "sent back 0 and lost 10", Payment(Clean, "back", p => (p["madeRefunds"], p["refunded"]) = (null, 0m))
            .At(books => books with { Refunds = [], Disputes = [new("dp_back", "pi_back", 1000, "lost")] })),
        ["dispute not known"] = (nameof(BooksAreEqual), "and Stripe has [dp_paid 10.00 disputed]", Payment(Disputed, "paid", p => p["disputes"] = null)),
        ["dispute decided, and not known"] = (nameof(BooksAreEqual), "has disputes [dp_paid 10.00 disputed]", Disputed.At(books => books with { Disputes = [.. books.Disputes.Select(d => d with { Status = "won" })] })),
        ["dispute of another amount"] = (nameof(BooksAreEqual), "has disputes [dp_paid 10.00 dispute_lost]", Lost.At(books => books with { Disputes = [.. books.Disputes.Select(d => d with { Amount = 999 })] })),
        ["dispute that the bank does not have"] = (nameof(BooksAreEqual), "and Stripe has []", Lost.At(books => books with { Disputes = [] })),
        ["dispute not published"] = (nameof(ChangesArePublished), "published is payment.disputed 4", Payment(Lost, "paid", p => p["disputes"]![0]!["state"] = "dispute_won")),
        ["more went back with a dispute than before"] = (nameof(MoneyMatchesOrders), "has got 10 of 10 back, and before 0", SampleShop.Of(SampleShop.Log().Payment("paid", "disputed", 3, 10, 10))),
        ["lost dispute of a part, and nothing sent back of the rest"] = (nameof(GatewayAgrees), "sent back 0 and lost 4", Payment(
            Clean, "back", p => (p["disputes"], p["madeRefunds"], p["refunded"]) = (new JsonArray(new JsonObject { ["gatewayId"] = "dp_back", ["amount"] = 4m, ["state"] = "dispute_lost" }), null, 0m))
            .At(books => books with { Refunds = [], Disputes = [new("dp_back", "pi_back", 400, "lost")] })),

        // Both books say the same.
        ["refund not known"] = (nameof(BooksAreEqual), "has refunds []", Payment(Clean, "back", p => p["madeRefunds"] = null)),
        ["refund that Stripe does not have"] = (nameof(BooksAreEqual), "and Stripe has []", Clean.At(books => books with { Refunds = [] })),
        ["refund of another amount"] = (nameof(BooksAreEqual), "re_back_1 9.99 succeeded", Clean.At(books => books with { Refunds = [SampleShop.Refund("back", 9.99m)] })),
        ["refund pending, and known as succeeded"] = (nameof(BooksAreEqual), "re_back_1 10.00 pending", Clean.At(books => books with { Refunds = [SampleShop.Refund("back", 10, status: "pending")] })),
        ["refund succeeded without the gateway's name"] = (nameof(BooksAreEqual), "has refunds [ 10.00 succeeded]", Payment(Clean, "back", p => p["madeRefunds"]![0]!["gatewayId"] = null)),
        ["sum of the refunds miscounted"] = (nameof(BooksAreEqual), "says that 9 went back", Payment(Clean, "back", p => p["refunded"] = 9m)),

        // At rest.
        ["charge never finished"] = (nameof(PaymentsAreAtRest), "still is processing", Payment(Clean, "paid", p => p["status"] = "processing")),
        ["buyer never came"] = (nameof(PaymentsAreAtRest), "still is requires_action", Payment(Clean, "paid", p => p["status"] = "requires_action")),
        ["refund never finished"] = (nameof(PaymentsAreAtRest), "still is refunding", Payment(Given, "part", p => p["status"] = "refunding")),
        ["something is due"] = (nameof(PaymentsAreAtRest), "is succeeded, and due", Payment(Clean, "paid", p => p["dueAt"] = "2026-01-01T12:00:00Z")),
        ["second capture known, and not sent back"] = (nameof(PaymentsAreAtRest), "has still to go back: pi_2", Payment(Clean, "paid", p => p["strays"] = new JsonArray("pi_2"))),
        ["event not handled"] = (nameof(PaymentsAreAtRest), "is not handled", Told("evt_2", n => n["outcome"] = null)),
        ["event handled and due"] = (nameof(PaymentsAreAtRest), "is not handled", Told("evt_2", n => n["dueAt"] = "2026-01-01T12:00:00Z")),
        ["event of ours ignored"] = (nameof(PaymentsAreAtRest), "is ignored, and it is of order paid", Told("evt_3", n => n["intentId"] = "pi_paid")),
        ["event of ours given up"] = (nameof(PaymentsAreAtRest), "is given_up, and it is of order paid", Told("evt_4", n => n["intentId"] = "pi_paid")),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_run_that_is_wrong_about_money_is_found(string name)
    {
        var (rule, says, broken) = Cases[name];
        Assert.Contains(Checker.Check(broken), violation => violation.Rule == rule && violation.Detail.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void The_bank_may_decide_for_the_buyer() => Passes(Lost.Seen(), Lost.Lose("payments"), Lost.Lose("orders"));

    [Fact]
    public void A_card_may_take_no_refunds() => Passes(Failed.Seen(), Failed.Lose("payments"));

    [Fact]
    public void A_refund_may_be_on_its_way_for_a_while() => Passes(Slow.Seen(), Slow.Lose("payments"));

    [Fact]
    public void A_second_capture_may_go_back_as_a_whole() => Passes(Clean.At(With(Second, SampleShop.Refund("paid", 10, 7, intent: "stray"))).Seen());

    [Fact]
    public void A_payment_of_a_disputed_charge_may_be_asked_for_again_and_again() =>
        Passes(Payment(Disputed, "paid", p => p["dueAt"] = "2026-01-01T12:00:00Z").Seen());

    [Fact]
    public void A_refund_that_Stripe_refused_moved_nothing() => Passes(Payment(Clean, "back", p => p["madeRefunds"]!.AsArray().Insert(
        0, new JsonObject { ["key"] = "payment-back/refund/0", ["amount"] = 10m, ["status"] = "failed" })).Seen());

    [Fact]
    public void An_inquiry_of_the_bank_is_no_dispute() =>
        Passes(Clean.At(books => books with { Disputes = [new("dp_paid", "pi_paid", 1000, "warning_needs_response")] }).Seen());

    [Fact]
    public void Events_are_handled_and_those_of_another_shop_are_not() => Passes(News.Seen());

    private static StripeIntent Second => SampleShop.Intent("paid", name: "stray");

    private static void Passes(params IEnumerable<Snapshot> runs) => Assert.Empty(runs.SelectMany(run => Checker.Check(run).Select(violation => violation.Tell(run))));

    private static Func<StripeBooks, StripeBooks> With(params StripeIntent[] more) => books => books with { Intents = [.. books.Intents, .. more] };

    private static Func<StripeBooks, StripeBooks> With(params StripeRefund[] more) => books => books with { Refunds = [.. books.Refunds, .. more] };

    private static Func<StripeBooks, StripeBooks> With(StripeIntent intent, StripeRefund refund) => books => With(refund)(With(intent)(books));

    private static Snapshot Payment(Snapshot run, string orderId, Action<JsonNode> change) =>
        run.Change("payments", "payments", orderId, document => change(document["payment"]!));

    private static Snapshot Told(string id, Action<JsonObject> change) => News.Change("payments", "provider_events", id, change);

    private static StoredDocument Event(string id, string intentId, string outcome) =>
        SampleShop.Document("payments", "provider_events", id, new { id, type = "payment_intent.succeeded", intentId, outcome });
}
