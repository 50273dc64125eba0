namespace Ticketing.Payments;

/// <summary>How long the gateway has to tell an outcome by itself before it is asked.</summary>
/// <param name="OpenPayment">Of a charge that waits for the buyer, or for the gateway.</param>
/// <param name="OpenRefund">Of a refund that is on its way.</param>
public sealed record Patience(TimeSpan OpenPayment, TimeSpan OpenRefund)
{
    /// <summary>A minute for a payment, an hour for a refund.</summary>
    public static Patience Default { get; } = new(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
}
