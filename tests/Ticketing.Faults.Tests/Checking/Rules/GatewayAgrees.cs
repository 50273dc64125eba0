namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// By the gateway's own books each completed order was captured once, and what of it did not go back is what the order costs; of every other order nothing was
/// kept. No more went back than was captured, and a call that was repeated was the same call.
/// </summary>
internal static class GatewayAgrees
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        foreach (var same in facts.Snapshot.Gateway.GroupBy(entry => (entry.Kind, entry.Key)))
            if (same.Select(entry => (entry.Charge, entry.Amount)).Distinct().Count() > 1)
                yield return new(nameof(GatewayAgrees), same.Key.Key, $"was a {same.Key.Kind} of {string.Join(" and of ", same.Select(entry => entry.Amount).Distinct())}.");
        // A call that is repeated with its key moves no more money.
        var moved = facts.Snapshot.Gateway.DistinctBy(entry => (entry.Kind, entry.Key)).ToLookup(entry => entry.Kind);
        var refunds = moved["refund"].ToLookup(refund => refund.Charge);
        var charges = moved["charge"].ToLookup(charge => charge.Key);
        var orders = facts.Payments.Values.Where(payment => payment.Payment is not null).ToList();
        var known = orders.SelectMany(order => order.Payment!.ChargeKeys).ToHashSet();

        foreach (var charge in moved["charge"].Where(charge => !known.Contains(charge.Key)))
            yield return new(nameof(GatewayAgrees), charge.Key, $"was captured ({charge.Amount}), and no order knows of it.");
        foreach (var refund in moved["refund"].ExceptBy(moved["charge"].Select(charge => charge.Charge), refund => refund.Charge))
            yield return new(nameof(GatewayAgrees), refund.Key, $"sent {refund.Amount} back of {refund.Charge}, which was never captured.");
        foreach (var payment in orders)
        {
            var (id, captures) = (payment.OrderId, payment.Payment!.ChargeKeys.SelectMany(key => charges[key]).ToList());
            if (captures.Count > 1)
                yield return new(nameof(GatewayAgrees), id, $"was captured {captures.Count} times.");
            foreach (var charge in captures.Where(charge => refunds[charge.Charge].Sum(refund => refund.Amount) > charge.Amount))
                yield return new(nameof(GatewayAgrees), id, $"was captured ({charge.Amount}), and more was sent back.");
            if (refunds.SelectMany(same => same).FirstOrDefault(refund => refund.Amount <= 0 && captures.Exists(charge => charge.Charge == refund.Charge)) is { } nothing)
                yield return new(nameof(GatewayAgrees), id, $"was sent {nothing.Amount} back by {nothing.Key}.");
            var captured = captures.Sum(charge => charge.Amount);
            var back = captures.SelectMany(charge => refunds[charge.Charge]).Sum(refund => refund.Amount);
            var order = facts.Orders.GetValueOrDefault(id);
            if (captured - back != (order?.Owed ?? 0))
                yield return new(nameof(GatewayAgrees), id, $"is {order?.Status}: {order?.Owed ?? 0} is owed; the gateway captured {captured} and sent back {back}.");
        }
    }
}
