namespace Ticketing.Orders;

/// <summary>Settings under <c>Orders:</c>.</summary>
public sealed class OrderOptions
{
    /// <summary>How long an order's seats are held for its payment.</summary>
    public TimeSpan HoldDuration { get; set; } = TimeSpan.FromMinutes(2);
}
