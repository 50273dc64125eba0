using Microsoft.Extensions.Options;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;

namespace Ticketing.UnitTests.Simulation;

/// <summary>The money that the gateway really moved.</summary>
internal sealed class Bank
{
    private static readonly SimulatedGateway Gateway = new(Options.Create(new PaymentOptions()), TimeProvider.System);

    private readonly Dictionary<string, (string OrderId, Charge Charge, ChargeResult Result)> _charges = [];
    private readonly Dictionary<string, (Refund Refund, decimal Amount)> _refunds = [];

    public decimal Captured => _charges.Values.Where(c => c.Result.IsCaptured).Sum(c => c.Charge.Amount);

    public decimal Refunded => _refunds.Values.Sum(r => r.Amount);

    public ChargeResult Charge(string orderId, Charge charge)
    {
        if (_charges.TryGetValue(charge.IdempotencyKey, out var known))
        {
            Law.Check(known.Charge == charge, "A charge that is sent again is the same.");
            return known.Result;
        }
        // The simulated gateway with no latency answers at once.
        var result = Gateway.ChargeAsync(charge, CancellationToken.None).Result;
        Law.Check(_charges.Values.All(c => c.OrderId != orderId || !c.Result.IsCaptured), "No more is charged once an order's money is captured.");
        _charges.Add(charge.IdempotencyKey, (orderId, charge, result));
        return result;
    }

    public void Refund(Refund refund)
    {
        var charge = _charges.Values.SingleOrDefault(c => c.Result.Id == refund.ChargeId);
        Law.Check(charge.Result is { IsCaptured: true }, "Only captured money goes back.");
        Law.Check(_refunds.GetValueOrDefault(refund.ChargeId, (refund, 0)).Item1 == refund, "A charge is refunded at most once.");
        _refunds[refund.ChargeId] = (refund, charge.Charge.Amount);
    }
}
