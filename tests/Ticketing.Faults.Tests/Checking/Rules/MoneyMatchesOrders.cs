namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// At most one capture per order, and no more goes back than that, step by step; less has gone back only if a refund failed. What was captured and did not go
/// back is what the completed orders cost, without the seats that were given back, unless the payment says why it is more.
/// </summary>
internal static class MoneyMatchesOrders
{
    private static readonly string[] Moved =
        ["payment.succeeded", "payment.partially_refunded", "payment.refunded", "payment.refund_failed", "payment.disputed"];

    public static IEnumerable<Violation> Check(Facts facts)
    {
        var (kept, events, intents) = (0m, facts.PaymentStates.ToLookup(e => e.OrderId), facts.Stripe.Intents.ToLookup(intent => intent.OrderId));
        foreach (var payments in events)
        {
            // An event that was published twice is one movement of money; the gateway's name for it tells two apart.
            var states = payments.Where(e => Moved.Contains(e.Type)).DistinctBy(e => (e.Id, e.Text("paymentId"), e.Version)).OrderBy(e => e.Version).ToList();
            var slow = intents[payments.Key].Where(intent => intent.RefundsTakeTime).Sum(intent => facts.Stripe.RefundsOf(intent).Count());
            var (captures, before) = (new List<LogRecord>(), (LogRecord?)null);
            foreach (var e in states)
            {
                if (Wrong(before, e, ref slow) is { } wrong)
                    yield return new(nameof(MoneyMatchesOrders), payments.Key, wrong, e);
                if (e.Type == "payment.succeeded" && before is not { Type: "payment.refund_failed" or "payment.disputed" })
                    captures.Add(e);
                before = e;
            }
            if (captures.Count > 1)
                yield return new(nameof(MoneyMatchesOrders), payments.Key, $"was captured {captures.Count} times.");
            // A capture may be lost, and its refund told again: then the payment's last state says what was kept.
            var balance = facts.HasLost("payments")
                ? payments.GroupBy(e => e.Id).Sum(payment => Kept(payment.MaxBy(e => e.Version)!))
                : captures.Sum(e => e.Amount("amount")) - (before?.Refunded ?? 0);
            var order = facts.Orders.GetValueOrDefault(payments.Key);
            var missing = balance - (order?.Owed ?? 0);
            var isExplained = missing > 0 && facts.Payments.GetValueOrDefault(payments.Key)?.Payment is { ExplainsMissing: true };
            kept += isExplained ? balance - missing : balance;
            if (missing != 0 && !isExplained)
                yield return new(nameof(MoneyMatchesOrders), payments.Key, $"is {order?.Status}: {order?.Owed ?? 0} is owed, {balance} was kept.");
        }
        foreach (var order in facts.Orders.Values.Where(order => order is { IsCompleted: true, Price: > 0 } && !events.Contains(order.Id)))
            yield return new(nameof(MoneyMatchesOrders), order.Id, "is completed, and no payment tells of it.");
        var total = facts.Orders.Values.Sum(order => order.Owed);
        if (total != kept)
            yield return new(nameof(MoneyMatchesOrders), "all orders", $"the completed ones cost {total}, and {kept} was kept.");
    }

    /// <summary>What is wrong with a step; null if nothing is.</summary>
    /// <param name="before">The state before.</param>
    /// <param name="e">The state that follows.</param>
    /// <param name="slow">How many refunds were on their way for a while. That one has arrived is told, and says the same amount.</param>
    private static string? Wrong(LogRecord? before, LogRecord e, ref int slow)
    {
        var (had, has) = (before?.Refunded ?? 0, e.Refunded);
        var isRight = e.Type switch
        {
            "payment.refund_failed" => true,
            "payment.partially_refunded" or "payment.refunded" => has > had || (has == had && slow-- > 0),
            // A log that follows a lost one begins anywhere.
            _ => before is null || has == had,
        };
        return isRight && has >= 0 && has <= e.Amount("amount") ? null : $"has got {has} of {e.Amount("amount")} back, and before {had}.";
    }

    private static decimal Kept(LogRecord payment) => Moved.Contains(payment.Type) ? payment.Amount("amount") - payment.Refunded : 0;
}
