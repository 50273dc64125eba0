using Microsoft.Extensions.Options;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;

namespace Ticketing.UnitTests.Simulation;

/// <summary>The money that the gateway really moved.</summary>
internal sealed class Bank
{
    private static readonly SimulatedGateway Gateway = new(Options.Create(new PaymentOptions()), TimeProvider.System);

    private readonly Dictionary<string, (Charge Charge, ChargeResult Result)> _charges = [];
    private readonly Dictionary<string, Refund> _refunds = [];

    public IEnumerable<string> Orders => _charges.Values.Select(c => c.Charge.OrderId).Distinct();

    /// <summary>What was captured for an order, and did not go back.</summary>
    public decimal KeptOf(string orderId) =>
        _charges.Values.Where(c => c.Charge.OrderId == orderId && c.Result.IsCaptured).Sum(c => c.Charge.Amount - RefundedOf(c.Result.Id!));

    public ChargeResult Charge(Charge charge)
    {
        if (_charges.TryGetValue(charge.IdempotencyKey, out var known))
        {
            Law.Check(known.Charge == charge, "A charge that is sent again is the same.");
            return known.Result;
        }
        // The simulated gateway with no latency answers at once.
        var result = Gateway.ChargeAsync(charge, CancellationToken.None).Result;
        Law.Check(_charges.Values.All(c => c.Charge.OrderId != charge.OrderId || !c.Result.IsCaptured), "No more is charged once an order's money is captured.");
        _charges.Add(charge.IdempotencyKey, (charge, result));
        return result;
    }

    public void Refund(Refund refund)
    {
        var charge = _charges.Values.SingleOrDefault(c => c.Result.Id == refund.ChargeId);
        Law.Check(charge.Result is { IsCaptured: true }, "Only captured money goes back.");
        Law.Check(_refunds.GetValueOrDefault(refund.IdempotencyKey, refund) == refund, "A refund that is sent again is the same.");
        _refunds[refund.IdempotencyKey] = refund;
        Law.Check(refund.Amount > 0 && RefundedOf(refund.ChargeId) <= charge.Charge.Amount, "No more goes back than was captured.");
    }

    private decimal RefundedOf(string chargeId) => _refunds.Values.Where(refund => refund.ChargeId == chargeId).Sum(refund => refund.Amount);
}
