namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>By the gateway's own books each completed order was captured once and kept, and of every other order nothing was kept.</summary>
internal static class GatewayAgrees
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        // A call that is repeated with its key moves no more money.
        var moved = facts.Snapshot.Gateway.DistinctBy(entry => (entry.Kind, entry.Key)).ToLookup(entry => entry.Kind);
        var refunds = moved["refund"].ToLookup(refund => refund.Charge);
        var charges = moved["charge"].ToLookup(charge => charge.Key);
        var orders = facts.Payments.Values.Where(payment => payment.Payment is not null).ToList();
        var known = orders.SelectMany(order => order.Payment!.ChargeKeys).ToHashSet();

        foreach (var charge in moved["charge"].Where(charge => !known.Contains(charge.Key)))
            yield return new(nameof(GatewayAgrees), charge.Key, $"was captured ({charge.Amount}), and no order knows of it.");
        foreach (var payment in orders)
        {
            var (id, captures) = (payment.OrderId, payment.Payment!.ChargeKeys.SelectMany(key => charges[key]).ToList());
            if (captures.Count > 1)
                yield return new(nameof(GatewayAgrees), id, $"was captured {captures.Count} times.");
            var captured = captures.Sum(charge => charge.Amount);
            var back = captures.SelectMany(charge => refunds[charge.Charge].Select(_ => charge.Amount)).Sum();
            var order = facts.Orders.GetValueOrDefault(id);
            var owed = order is { IsCompleted: true } ? order.Price : 0;
            if (captured - back != owed)
                yield return new(nameof(GatewayAgrees), id, $"is {order?.Status}: {owed} is owed; the gateway captured {captured} and sent back {back}.");
        }
    }
}
