using FsCheck;
using FsCheck.Fluent;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Notifications;

namespace Ticketing.UnitTests.Notifications;

/// <summary>Whatever happens to an order and its payment, and however often it is read, each cause is told once.</summary>
public sealed class HistoryTests
{
    private static readonly Gen<History> Histories =
        from declines in Gen.Choose(0, 3)
        from isProlonged in Gen.Elements(false, true)
        from end in Gen.Elements("completed", "completed", "completed", "expired", "cancelled_by_user", "failed")
        from steps in Gen.ListOf(Gen.Elements("give back", "refund", "refund fails", "refund arrives", "dispute", "dispute ends"), 5)
        from isCancelled in Gen.Elements(false, true)
        from seller in Gen.Elements(Some.Seller, Some.Buyer)
        from choices in Gen.ArrayOf(Gen.Choose(0, 99), 60)
        select new History(declines, isProlonged, end, [.. steps], isCancelled, seller, choices);

    [Fact]
    public void Each_cause_is_told_once_and_none_is_missing() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Histories.ToArbitrary(), history =>
        {
            var (orders, payments, causes) = history.Logs();
            var inboxes = new Dictionary<string, Inbox>();
            int order = 0, payment = 0;
            foreach (var choice in history.Choices)
            {
                // One of the groups reads its next event, or begins again at an earlier one, or hears the present state again.
                switch (choice % 10)
                {
                    case 0: order = choice * order / 100; break;
                    case 1: payment = choice * payment / 100; break;
                    case 2 when order > 0: Take(orders[order - 1]); break;
                    case 3 when payment > 0: Take(payments[payment - 1]); break;
                    case < 7 when order < orders.Count: Take(orders[order++]); break;
                    default:
                        if (payment < payments.Count)
                            Take(payments[payment++]);
                        break;
                }
            }
            // And then all of it, from where they are to the end, and once more from the beginning.
            foreach (var @event in (Event[])[.. orders.Skip(order), .. payments.Skip(payment), .. payments, .. orders])
                Take(@event);

            foreach (var inbox in inboxes.Values)
                Assert.Equal(Enumerable.Range(1, inbox.Items.Count), inbox.Items.Select(item => item.Number));
            var told = inboxes.SelectMany(inbox => inbox.Value.Items.Select(item => (User: inbox.Key, Item: item))).Select(one => (one.User, one.Item.Kind switch
            {
                NotificationKind.PaymentRefunded or NotificationKind.RefundFailed => $"{one.Item.Kind} {one.Item.Amount:0}",
                NotificationKind.PaymentDeclined => $"{one.Item.Kind} {one.Item.AttemptsLeft}",
                NotificationKind.PaymentDisputed => $"{one.Item.Kind} {one.Item.Dispute}",
                _ => $"{one.Item.Kind}",
            }));
            Assert.Equal(causes.Select(cause => (cause.StartsWith("RefundFailed", StringComparison.Ordinal) ? history.Seller : Some.Buyer, cause)).Order(), told.Order());

            void Take(Event @event)
            {
                foreach (var user in new[] { Some.Buyer, history.Seller }.Distinct())
                {
                    var inbox = inboxes.GetValueOrDefault(user);
                    var decision = @event switch
                    {
                        PaymentRefundFailed failed => Inbox.RefundFailed(user, inbox, failed, Some.Noon),
                        _ when user != Some.Buyer => Decision<Inbox>.Nothing,
                        OrderEvent one => Inbox.OrderChanged(inbox, one, Some.Noon, TimeSpan.FromSeconds(30)),
                        _ => Inbox.PaymentChanged(inbox, (PaymentEvent)@event, Some.Noon),
                    };
                    if (decision.State is { } after)
                        inboxes[user] = after;
                }
            }
        }));

    /// <summary>What happens to an order.</summary>
    /// <param name="Declines">How many attempts to pay it are declined, with others left.</param>
    /// <param name="IsProlonged">Whether its hold is prolonged.</param>
    /// <param name="End">What it becomes.</param>
    /// <param name="Steps">What happens to it when it is paid.</param>
    /// <param name="IsCancelled">Whether it is cancelled then.</param>
    /// <param name="Seller">Who sells its ticket.</param>
    /// <param name="Choices">How it is read.</param>
    private sealed record History(int Declines, bool IsProlonged, string End, string[] Steps, bool IsCancelled, string Seller, int[] Choices)
    {
        /// <summary>The events, and what is to be told.</summary>
        public (List<OrderEvent> Orders, List<PaymentEvent> Payments, List<string> Causes) Logs()
        {
            var orders = new List<OrderEvent> { Some.Created(), Some.Is<OrderPending>(2) };
            var (payments, causes) = (new List<PaymentEvent>(), new List<string> { "OrderReceived" });
            if (IsProlonged)
                orders.Add(Some.Is<OrderPending>(3) with { ExpiresAt = Some.Noon.AddMinutes(5) });
            for (var attempt = 1; attempt <= Declines; attempt++)
            {
                payments.Add(Pays<PaymentCreated>());
                payments.Add(Pays<PaymentFailed>() with { AttemptsLeft = 4 - attempt });
                causes.Add($"PaymentDeclined {4 - attempt}");
            }
            if (End == "failed")
            {
                payments.Add(Pays<PaymentFailed>());
                orders.Add(Is<OrderFailed>("lost_card"));
                causes.Add("OrderFailed");
            }
            else if (End != "completed")
            {
                orders.Add(Is<OrderCancelled>(End));
                causes.Add(End == "expired" ? "OrderExpired" : "OrderCancelled");
            }
            else
            {
                payments.Add(Pays<PaymentSucceeded>());
                orders.Add(Is<OrderCompleted>());
                causes.Add("OrderApproved");
                Live();
            }
            return (orders, payments, causes);

            void Live()
            {
                var (refunded, failed) = (0, 0);
                DisputeState? dispute = null;
                foreach (var step in Steps)
                {
                    switch (step)
                    {
                        case "give back":
                            orders.Add(Is<OrderCompleted>() with { Refund = 5, Dispute = dispute });
                            break;
                        case "refund" when refunded < 15:
                            refunded += 5;
                            payments.Add(Pays<PaymentPartiallyRefunded>() with { Refunded = refunded, Dispute = dispute });
                            causes.Add("PaymentRefunded 5");
                            break;
                        case "refund fails" when refunded > 0:
                            refunded -= 5;
                            failed += 5;
                            payments.Add(Fails());
                            causes.Add("RefundFailed 5");
                            break;
                        // A refund on its way has arrived.
                        case "refund arrives" when failed > 0:
                            payments.Add(Fails());
                            break;
                        case "dispute" when dispute is null:
                            Dispute(DisputeState.Disputed);
                            break;
                        case "dispute ends" when dispute == DisputeState.Disputed:
                            Dispute(DisputeState.Won);
                            break;
                    }
                }
                if (!IsCancelled)
                    return;
                orders.Add(Is<OrderCancelled>("seller_cancelled") with { Dispute = dispute });
                payments.Add(Pays<PaymentRefunded>() with { Dispute = dispute });
                causes.AddRange(["OrderCancelled", $"PaymentRefunded {20 - refunded}"]);

                PaymentRefundFailed Fails() => Pays<PaymentRefundFailed>() with { Refunded = refunded, Failed = failed, SellerIds = [Seller], Dispute = dispute, Reason = "lost" };

                void Dispute(DisputeState state)
                {
                    dispute = state;
                    payments.Add(Pays<PaymentDisputed>() with { Refunded = refunded, Dispute = state });
                    orders.Add(Is<OrderCompleted>() with { Dispute = state });
                    causes.Add($"PaymentDisputed {state}");
                }
            }

            T Is<T>(string? reason = null)
                where T : OrderEvent, new() => Some.Is<T>(orders.Count + 1, reason);

            T Pays<T>()
                where T : PaymentEvent, new() => new() { Id = "p", OrderId = "o", UserId = Some.Buyer, Amount = 20, Currency = "USD", Version = payments.Count + 1 };
        }
    }
}
