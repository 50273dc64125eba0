namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// At rest, what a service knows of another's aggregate is what the other says. An order whose events were lost while it was alive never got a timer, and
/// Payments need not hear that a dead order is disputed.
/// </summary>
internal static class ReplicasEqualSources
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        foreach (var ticket in facts.Tickets.Values)
        {
            var expected = new ReplicaDocument(ticket.Id, ticket.Price, ticket.Quantity - ticket.Held - ticket.Sold, ticket.Version);
            var replica = facts.Replicas.GetValueOrDefault(ticket.Id);
            if (replica != expected)
                yield return new(nameof(ReplicasEqualSources), ticket.Id, $"Orders has {replica?.ToString() ?? "nothing"} of {expected}.");
        }
        foreach (var order in facts.Orders.Values)
        {
            var payment = facts.Payments.GetValueOrDefault(order.Id);
            var isHeard = payment?.OrderVersion == order.Version || order is { IsDead: true, Dispute: not null };
            if (payment is null || !isHeard || payment.OrderStatus != order.Status || payment.Price != order.Price
                || payment.Refund != order.Refund)
                yield return new(nameof(ReplicasEqualSources), order.Id, $"Payments has {payment?.ToString() ?? "nothing"} of {order}.");
            var timer = facts.Timers.GetValueOrDefault(order.Id);
            if (timer is null ? order.IsLive || !facts.HasLost("orders") : (timer.Status == "Set") != order.IsLive)
                yield return new(nameof(ReplicasEqualSources), order.Id, $"is {order.Status}, and its timer is {timer?.Status ?? "not there"}.");
        }
    }
}
