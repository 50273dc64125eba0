namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>Every order that was acknowledged with 201 exists, and every order is decided or within its hold.</summary>
internal static class OrdersExist
{
    // An order whose hold ran out this moment is still on its way to its end.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    public static IEnumerable<Violation> Check(Facts facts)
    {
        foreach (var id in facts.Snapshot.Acknowledged)
            if (!facts.Orders.ContainsKey(id))
                yield return new(nameof(OrdersExist), id, "was acknowledged, and there is no such order.");
        foreach (var order in facts.Orders.Values)
            if (order.IsLive && order.ExpiresAt + Grace < facts.Snapshot.TakenAt)
                yield return new(nameof(OrdersExist), order.Id, $"is {order.Status}, though its hold ran out at {order.ExpiresAt:O}.");
    }
}
