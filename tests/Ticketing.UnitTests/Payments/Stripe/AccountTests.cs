using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>Whatever the shop, the cardholder, the banks and the operator do, in whatever order: no cent is captured or sent back twice.</summary>
public sealed class AccountTests
{
    private static readonly string[] Cards = ["visa", "authenticationRequired", "chargeDeclined", "refundFail", "pendingRefund", "createDispute"];

    private static readonly Gen<(int What, int Which)> AnyStep =
        from what in Gen.Choose(0, 10)
        from which in Gen.Choose(0, Cards.Length - 1)
        select (what, which);

    [Fact]
    public void Money_moves_once_and_the_books_say_so_after_a_restart() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(100),
        Prop.ForAll(AnyStep.ArrayOf().Resize(30).ToArbitrary(), steps =>
        {
            using var account = new Account();
            foreach (var (what, which) in steps)
                account.Do(what, which);
            account.Check();
        }));

    private sealed class Account : BooksTest
    {
        private readonly string _id;

        public Account() => _id = Id(Ok(Post("/v1/payment_intents", "amount=1000&currency=usd")));

        public void Do(int what, int which)
        {
            var step = Books.IntentOrNull(_id)!.NextAction?.Url.Split('/')[^1] ?? "step_none";
            switch (what)
            {
                case 0 or 1 or 2: Post($"/v1/payment_intents/{_id}/confirm", $"payment_method=pm_card_{Cards[which]}"); break;
                case 3: Books.Authenticate(_id, step, isApproved: true); break;
                case 4: Books.Authenticate(_id, step, isApproved: which % 2 == 0); break;
                case 5 when which == 0: Post($"/v1/payment_intents/{_id}/cancel"); break;
                case 6 or 7: Post("/v1/refunds", $"payment_intent={_id}&amount={100 * (which + 1)}"); break;
                case 8: Settle(); break;
                case 9: Books.Decide(Page("/v1/disputes").Ids, isWon: which % 2 == 0); break;
                case 10: Reopen(); break;
            }
        }

        public void Check()
        {
            var before = Intent(_id, "expand[]=latest_charge").GetRawText();
            Reopen();
            Assert.Equal(before, Intent(_id, "expand[]=latest_charge").GetRawText());

            var events = Events().Split(' ');
            var intent = Intent(_id, "expand[]=latest_charge");
            var captured = events.Count(type => type == "charge.succeeded");
            Assert.InRange(captured, 0, 1);
            Assert.Equal(captured, events.Count(type => type == "payment_intent.succeeded"));
            Assert.Equal((1000 * captured, captured == 1), (intent.GetProperty("amount_received").GetInt64(), Text(intent, "status") == "succeeded"));
            Assert.InRange(events.Count(type => type == "charge.dispute.created"), 0, captured);

            var sentBack = Ok(Get("/v1/refunds", "limit=100")).GetProperty("data").EnumerateArray()
                .Where(refund => Text(refund, "status") != "failed").Sum(refund => refund.GetProperty("amount").GetInt64());
            var charge = intent.GetProperty("latest_charge");
            Assert.Equal(sentBack, charge.ValueKind == JsonValueKind.Null ? 0 : charge.GetProperty("amount_refunded").GetInt64());
            Assert.InRange(sentBack, 0, 1000 * captured);
        }
    }
}
