namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// At most one capture per order, and no more goes back than that, step by step; what was captured and did not go back is what the completed orders cost,
/// without the seats that were given back.
/// </summary>
internal static class MoneyMatchesOrders
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        var (kept, events) = (0m, facts.PaymentStates.ToLookup(e => e.OrderId));
        foreach (var payments in events)
        {
            var captures = Distinct(payments, "payment.succeeded");
            var refunds = Distinct(payments, "payment.partially_refunded", "payment.refunded").OrderBy(e => e.Version).ToList();
            if (captures.Count > 1 || refunds.Count(e => e.Type == "payment.refunded") > 1)
                yield return new(nameof(MoneyMatchesOrders), payments.Key, $"was captured {captures.Count} times, and refunded as a whole {refunds.Count(e => e.Type == "payment.refunded")} times.");
            foreach (var (refund, before) in refunds.Zip(refunds.Select(e => e.Refunded).Prepend(0)))
                if (refund.Refunded <= before || refund.Refunded > refund.Amount("amount"))
                    yield return new(nameof(MoneyMatchesOrders), payments.Key, $"has got {refund.Refunded} of {refund.Amount("amount")} back, and before {before}.", refund);
            // A capture may be lost, and its refund told again: then the payment's last state says what was kept.
            var balance = facts.HasLost("payments")
                ? payments.GroupBy(e => e.Id).Sum(payment => Kept(payment.MaxBy(e => e.Version)!))
                : captures.Sum(e => e.Amount("amount")) - (refunds is [.., var last] ? last.Refunded : 0);
            kept += balance;
            var order = facts.Orders.GetValueOrDefault(payments.Key);
            if (balance != (order?.Owed ?? 0))
                yield return new(nameof(MoneyMatchesOrders), payments.Key, $"is {order?.Status}: {order?.Owed ?? 0} is owed, {balance} was kept.");
        }
        foreach (var order in facts.Orders.Values.Where(order => order is { IsCompleted: true, Price: > 0 } && !events.Contains(order.Id)))
            yield return new(nameof(MoneyMatchesOrders), order.Id, "is completed, and no payment tells of it.");
        foreach (var (id, payment) in facts.Payments)
            if (payment.Payment is { Status: "processing" or "refunding" } unfinished)
                yield return new(nameof(MoneyMatchesOrders), id, $"has a payment that still is {unfinished.Status}.");
        var total = facts.Orders.Values.Sum(order => order.Owed);
        if (total != kept)
            yield return new(nameof(MoneyMatchesOrders), "all orders", $"the completed ones cost {total}, and {kept} was kept.");
    }

    private static decimal Kept(LogRecord payment) =>
        payment.Type is "payment.succeeded" or "payment.partially_refunded" or "payment.disputed" or "payment.refund_failed" ? payment.Amount("amount") - payment.Refunded : 0;

    /// <summary>An event that was published twice is one movement of money; the gateway's name for it tells two apart.</summary>
    private static List<LogRecord> Distinct(IEnumerable<LogRecord> payments, params IEnumerable<string> types) =>
        [.. payments.Where(e => types.Contains(e.Type)).DistinctBy(e => (e.Id, e.Text("paymentId"), e.Version))];
}
