namespace Ticketing.Payments;

/// <summary>Settings under <c>Payments:</c>.</summary>
public sealed class PaymentOptions
{
    /// <summary>How long a call waits for the gateway before it answers <c>processing</c>.</summary>
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one try to reach the gateway may take; the next one comes after it, by whichever instance.</summary>
    public TimeSpan EffectLease { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often a buyer may try to pay an order, each time after the gateway has declined.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>How long a payment that began within the hold keeps the order's seats, beyond the hold, while the gateway has not answered.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a payment may wait for its buyer, or for the gateway, before the gateway is asked how it is.</summary>
    public TimeSpan AskAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a refund may be on its way before the gateway is asked how it is.</summary>
    public TimeSpan AskForRefundAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often the gateway is asked for captured charges that nobody here has recorded.</summary>
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the simulated gateway takes.</summary>
    public TimeSpan GatewayLatency { get; set; }

    internal Patience Patience => new(AskAfter, AskForRefundAfter);
}
