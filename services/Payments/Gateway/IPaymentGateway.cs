namespace Ticketing.Payments.Gateway;

/// <summary>Moves money. Calls with the same idempotency key are one call: the later ones get the first one's answer.</summary>
public interface IPaymentGateway
{
    /// <summary>Whether charges may name this payment method.</summary>
    bool Knows(string method);

    /// <summary>Captures money, or declines to. What throws may or may not have captured it: ask again with the same key.</summary>
    Task<ChargeResult> ChargeAsync(Charge charge, CancellationToken cancellation);

    /// <summary>Sends captured money back, all of it or a part.</summary>
    Task RefundAsync(Refund refund, CancellationToken cancellation);
}

/// <summary>A charge.</summary>
/// <param name="IdempotencyKey">Makes repeated calls one.</param>
/// <param name="Amount">How much.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Method">From where, in the gateway's terms.</param>
/// <param name="OrderId">What is paid.</param>
/// <param name="Attempt">Which try to pay the order this is, from 1.</param>
public sealed record Charge(string IdempotencyKey, decimal Amount, string Currency, string Method, string OrderId, int Attempt);

/// <summary>A refund of a charge, or of a part of it.</summary>
/// <param name="IdempotencyKey">Makes repeated calls one.</param>
/// <param name="ChargeId">The gateway's name for the charge.</param>
/// <param name="Amount">How much.</param>
/// <param name="Currency">The charge's currency.</param>
public sealed record Refund(string IdempotencyKey, string ChargeId, decimal Amount, string Currency);

/// <summary>What became of a charge.</summary>
/// <param name="Id">The gateway's name for it; null if it was declined before it had one.</param>
/// <param name="DeclineCode">Why no money moved; null if it did.</param>
public sealed record ChargeResult(string? Id, string? DeclineCode = null)
{
    /// <summary>Whether the money is captured.</summary>
    public bool IsCaptured => DeclineCode is null;
}
