using System.Text.Json;

namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>At most one capture and one refund per order; what was captured and not refunded is what the completed orders cost.</summary>
internal static class MoneyMatchesOrders
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        var (kept, events) = (0m, facts.PaymentStates.ToLookup(e => e.OrderId));
        foreach (var payments in events)
        {
            var captures = Distinct(payments, "payment.succeeded");
            var refunds = Distinct(payments, "payment.refunded");
            if (captures.Count > 1 || refunds.Count > 1)
                yield return new(nameof(MoneyMatchesOrders), payments.Key, $"was captured {captures.Count} and refunded {refunds.Count} times.");
            // A capture may be lost, and its refund told again: then the payment's last state says what was kept.
            var balance = facts.HasLost("payments") ? payments.GroupBy(e => e.Id).Sum(Kept) : captures.Values.Sum() - refunds.Values.Sum();
            kept += balance;
            var order = facts.Orders.GetValueOrDefault(payments.Key);
            var owed = order is { IsCompleted: true } ? order.Price : 0;
            if (balance != owed)
                yield return new(nameof(MoneyMatchesOrders), payments.Key, $"is {order?.Status}: {owed} is owed, {balance} was kept.");
        }
        foreach (var order in facts.Orders.Values.Where(order => order is { IsCompleted: true, Price: > 0 } && !events.Contains(order.Id)))
            yield return new(nameof(MoneyMatchesOrders), order.Id, "is completed, and no payment tells of it.");
        foreach (var (id, payment) in facts.Payments)
            if (payment.Payment is { Status: "processing" or "refunding" } unfinished)
                yield return new(nameof(MoneyMatchesOrders), id, $"has a payment that still is {unfinished.Status}.");
        var total = facts.Orders.Values.Where(order => order.IsCompleted).Sum(order => order.Price);
        if (total != kept)
            yield return new(nameof(MoneyMatchesOrders), "all orders", $"the completed ones cost {total}, and {kept} was kept.");
    }

    private static decimal Kept(IEnumerable<LogRecord> payment) =>
        payment.MaxBy(e => e.Version) is { Type: "payment.succeeded" } succeeded ? Amount(succeeded) : 0;

    private static decimal Amount(LogRecord payment) => payment.Event is JsonElement e ? e.GetProperty("amount").GetDecimal() : 0;

    /// <summary>An event that was published twice is one movement of money; the gateway's name for it tells two apart.</summary>
    private static Dictionary<string, decimal> Distinct(IEnumerable<LogRecord> payments, string type) => payments
        .Where(e => e.Type == type)
        .GroupBy(e => $"{e.Id} {e.Text("paymentId")} {e.Version}")
        .ToDictionary(same => same.Key, same => Amount(same.First()));
}
