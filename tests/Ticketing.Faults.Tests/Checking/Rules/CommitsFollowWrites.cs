namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>At every moment, what a group had committed it had written: the effect of each record below its offset was in the store.</summary>
internal static class CommitsFollowWrites
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        var log = facts.Events.ToLookup(e => (e.Topic, e.Partition, e.Log));
        // An old event that comes again reserves seats for an order that is dead; they are free again when Orders has said so once more.
        var placed = facts.Events.Where(e => e.Type == "order.created").GroupBy(e => e.Id).ToDictionary(same => same.Key, same => same.Max(e => (e.Log, e.Offset)));
        foreach (var glance in facts.Snapshot.Glances)
        {
            var seen = new Facts(facts.Snapshot with { Documents = glance.Documents, Log = [] });
            foreach (var position in glance.Positions.Where(position => position.Committed is not null && !IsOfLostLog(position)))
            {
                foreach (var e in log[(position.Topic, position.Partition, position.Log)].Where(e => e.Offset < position.Committed))
                    if (!(position.Group == "tickets-orders" && placed.TryGetValue(e.Id, out var again) && again.CompareTo((e.Log, e.Offset)) > 0) && Missing(position.Group, e, seen) is { } missing)
                        yield return new(nameof(CommitsFollowWrites), e.OrderId.Length > 0 ? e.OrderId : e.Id,
                            $"{position.Group} had committed {position.Committed} on {e.Place}, and {missing}.", e);
            }
        }
    }

    // Committed late: the topic is another by now. Its group takes that back (OffsetsAreSafe).
    private static bool IsOfLostLog(GroupPosition position) => position.Log > 0 && position.Committed > position.High;

    private static string? Missing(string group, LogRecord e, Facts seen) => (group, e.Type) switch
    {
        ("orders-tickets", "ticket.created" or "ticket.updated") when !(seen.Replicas.GetValueOrDefault(e.Id)?.Version >= e.Version) =>
            $"its replica of ticket {e.Id} was not there yet",
        // That a dead order is disputed is nothing to Payments, which knows that it is dead.
        ("payments-orders", "order.cancelled" or "order.failed")
            when e.Text("dispute").Length > 0 && seen.Payments.GetValueOrDefault(e.Id) is { OrderStatus: "cancelled" or "failed" } => null,
        ("payments-orders", _) when !(seen.Payments.GetValueOrDefault(e.Id)?.OrderVersion >= e.Version) => "its replica of the order was not there yet",
        ("expiration-orders", "order.created") when !seen.Timers.ContainsKey(e.Id) => "the timer was not set yet",
        ("expiration-orders", "order.completed" or "order.cancelled" or "order.failed") when seen.Timers.GetValueOrDefault(e.Id) is { Status: "Set" } =>
            "the timer was still set",
        ("tickets-orders", "order.cancelled" or "order.failed")
            when e.TicketIds.Any(ticket => seen.Tickets.GetValueOrDefault(ticket)?.SeatsOf(e.Id) > 0) => "the seats were not free yet",
        ("tickets-orders", "order.completed")
            when e.TicketIds.Any(ticket => seen.Tickets.GetValueOrDefault(ticket)?.Holds.ContainsKey(e.Id) == true) => "the seats were not sold yet",
        ("tickets-orders", "order.completed")
            when e.TicketIds.Any(ticket => seen.Tickets.GetValueOrDefault(ticket)?.SeatsOf(e.Id) > e.KeptOf(ticket)) => "the seats that it gave back were not free yet",
        ("tickets-orders", "order.completed") when e.Text("dispute").Length > 0
            && e.TicketIds.Any(ticket => seen.Tickets.GetValueOrDefault(ticket)?.Sales.GetValueOrDefault(e.Id) is { Count: > 0, Dispute: null }) => "the seats were not marked yet",
        // What was taken back never becomes the order's again, however often this is read.
        ("orders-tickets", "ticket.revoked") when !(seen.Orders.GetValueOrDefault(e.OrderId)?.KeptOf(e.Id) == 0) => "the order still had the seats",
        // A hold that was prolonged meanwhile, and a decline that was not the last, leave it alive.
        ("orders-expiration", _) when seen.Orders.GetValueOrDefault(e.OrderId) is { IsLive: true, IsProlonged: false } => "the order was still alive",
        ("orders-payments", "payment.succeeded" or "payment.failed")
            when !e.Leaves("attemptsLeft") && seen.Orders.GetValueOrDefault(e.OrderId) is { IsLive: true } => "the order was still alive",
        // The newest 200 notifications are kept.
        ("notifications-orders", "order.completed" or "order.cancelled" or "order.failed")
            when !(seen.Inboxes.GetValueOrDefault(e.Text("userId")) is { } inbox && (inbox.Items.Count < inbox.Next - 1 || inbox.Items.Any(item => item.OrderId == e.Id && item.Kind is not "order_received"))) =>
            "its buyer was not told yet",
        ("notifications-payments", "payment.refund_failed")
            when e.SellerIds.Any(seller => !(seen.Inboxes.GetValueOrDefault(seller) is { } inbox && (inbox.Items.Count < inbox.Next - 1 || inbox.Items.Any(item => item.OrderId == e.OrderId && item.Kind == "refund_failed")))) =>
            "its seller was not told yet",
        ("orders-payments", "payment.disputed") when seen.Orders.GetValueOrDefault(e.OrderId) is not { Dispute: not null } => "the order was not marked yet",
        _ => null,
    };
}
