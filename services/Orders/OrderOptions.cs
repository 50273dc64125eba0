using Ticketing.ServiceDefaults;

namespace Ticketing.Orders;

/// <summary>Settings under <c>Orders:</c>.</summary>
public sealed class OrderOptions
{
    /// <summary>How long an order's seats are held for its payment.</summary>
    public TimeSpan HoldDuration { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How many unpaid orders a buyer may have at a time.</summary>
    public int MaxOpenHolds { get; set; } = 5;

    /// <summary>How often a buyer may call <c>POST /api/orders</c>.</summary>
    public RateLimit PlacePerBuyer { get; set; } = new() { Burst = 30, Period = TimeSpan.FromSeconds(1) };
}
