using FsCheck;
using FsCheck.Fluent;
using Ticketing.Payments;
using Ticketing.UnitTests.Telemetry;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>Whatever is charged, refunded, repeated and lost on the way: Stripe keeps what the gateway said.</summary>
[Collection(TelemetryTests.ServicesInProcess)]
public sealed class StripeMoneyTests
{
    private static readonly (string Currency, decimal Unit, int Units)[] Prices = [("USD", 0.01m, 1), ("JPY", 1, 1), ("KWD", 0.01m, 10)];

    private static readonly Gen<Step> AnyStep =
        from kind in Gen.Frequency((3, Gen.Constant(Kind.Charge)), (4, Gen.Constant(Kind.Refund)), (2, Gen.Constant(Kind.Again)))
        from order in Gen.Choose(0, 99)
        from amount in Gen.Choose(1, 300)
        from declined in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from lost in Gen.Frequency((3, Gen.Constant((string?)null)), (2, Gen.Constant<string?>("POST")), (1, Gen.Constant<string?>("GET")))
        select new Step(kind, order, amount, declined, lost);

    private enum Kind
    {
        Charge, Refund, Again,
    }

    [Fact]
    public void Captured_less_refunded_is_what_the_gateway_said() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(60),
        Prop.ForAll(AnyStep.ArrayOf().ToArbitrary(), steps => RunAsync(steps).GetAwaiter().GetResult()));

    private static async Task RunAsync(Step[] steps)
    {
        await using var stripe = await SimulatedStripe.StartAsync();
        var orders = new List<Order>();
        foreach (var step in steps)
        {
            if (step.Kind == Kind.Charge || orders.Count == 0)
                orders.Add(new(stripe, $"order-{orders.Count}", step));
            var order = orders[step.Kind == Kind.Charge ? ^1 : step.Order % orders.Count];
            // As in PaymentEffects, the next call of an order waits for the outcome of the last one.
            if (step.Kind == Kind.Refund && !order.IsOpen && order.Kept > 0)
                order.Refund(step.Amount);
            await order.CallAsync(step.Lost);
        }
        foreach (var order in orders)
            await order.CallAsync(lost: null);

        Assert.Equal(orders.Where(order => order.Kept > 0).ToDictionary(order => order.IntentId!, order => order.Kept), await stripe.KeptAsync());
    }

    private sealed record Step(Kind Kind, int Order, int Amount, bool Declined, string? Lost);

    private sealed class Order
    {
        private readonly SimulatedStripe _stripe;
        private readonly string _id;
        private readonly (string Currency, decimal Unit, int Units) _price;
        private readonly Dictionary<string, long> _refunds = [];
        private Func<CancellationToken, Task> _call;
        private long _captured;

        public Order(SimulatedStripe stripe, string id, Step step)
        {
            (_stripe, _id, _price) = (stripe, id, Prices[step.Order % Prices.Length]);
            // A charge in US dollars has at least 50 cents.
            var amount = step.Amount + 49;
            var charge = new Ticketing.Payments.Gateway.Charge(
                id, amount * _price.Unit, _price.Currency, step.Declined ? "pm_card_chargeDeclined" : "pm_card_visa", id, id, 1);
            _call = async cancellation =>
            {
                var result = await stripe.Gateway.ChargeAsync(charge, cancellation);
                Assert.Equal(step.Declined, !result.IsCaptured);
                (IntentId, _captured) = (result.Id, result.IsCaptured ? amount * _price.Units : 0);
            };
        }

        public string? IntentId { get; private set; }

        public bool IsOpen { get; private set; } = true;

        public long Kept => _captured - _refunds.Values.Sum();

        public void Refund(int amount)
        {
            var refund = new Ticketing.Payments.Gateway.Refund($"{_id}/refund/{_refunds.Count}", IntentId!, amount * _price.Unit, _price.Currency);
            var tooMuch = amount * _price.Units > Kept;
            IsOpen = true;
            _call = async cancellation =>
            {
                var result = await _stripe.Gateway.RefundAsync(refund, cancellation);
                Assert.Equal(tooMuch, result.Status == RefundStatus.Failed);
                if (!tooMuch)
                    _refunds[refund.IdempotencyKey] = amount * _price.Units;
            };
        }

        /// <summary>Makes the last call, once more if it was made. The caller gives up when the answer to a lost request arrives.</summary>
        public async Task CallAsync(string? lost)
        {
            using var deadline = new CancellationTokenSource();
            _stripe.OnAnswer = method =>
            {
                if (method.Method == lost)
                    deadline.Cancel();
            };
            try
            {
                await _call(deadline.Token);
                IsOpen = false;
            }
            catch (OperationCanceledException) when (lost is not null)
            {
                IsOpen = true;
            }
        }
    }
}
