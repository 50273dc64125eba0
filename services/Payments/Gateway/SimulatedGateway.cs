using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Ticketing.Payments.Gateway;

/// <summary>
/// Behaves like Stripe with its test cards (Stripe's documentation, "Test cards", payment methods): which one is named decides the outcome.
/// Charges are named after their idempotency keys, so a repeated call gets the first one's answer even after a restart.
/// </summary>
public sealed class SimulatedGateway(IOptions<PaymentOptions> options, TimeProvider time) : IPaymentGateway
{
    /// <inheritdoc/>
    public bool Knows(string method) => TestCards.Declines.ContainsKey(method);

    /// <inheritdoc/>
    public async Task<ChargeResult> ChargeAsync(Charge charge, CancellationToken cancellation)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(charge.IdempotencyKey));
        var id = $"ch_{Convert.ToHexStringLower(digest.AsSpan(0, 12))}";
        var declined = TestCards.Declines[charge.Method];
        var result = new ChargeResult(id, declined?.DeclineCode ?? declined?.Code);
        // The money has moved; its answer is under way.
        await Task.Delay(options.Value.GatewayLatency, time, cancellation);
        return result;
    }

    /// <summary>Captures it all the same: nobody remembers what was not captured. The money goes back as it does when an order dies a moment later.</summary>
    public Task<ChargeResult> VoidAsync(Charge charge, CancellationToken cancellation) => ChargeAsync(charge, cancellation);

    /// <inheritdoc/>
    public Task<ChargeResult> CancelAsync(string chargeId, CancellationToken cancellation) =>
        throw new NotSupportedException("The simulated gateway never waits for a buyer, so there is nothing to cancel.");

    /// <inheritdoc/>
    public async Task<RefundResult> RefundAsync(Refund refund, CancellationToken cancellation)
    {
        await Task.Delay(options.Value.GatewayLatency, time, cancellation);
        return new(null, RefundStatus.Succeeded);
    }

    /// <summary>Nothing: it answers at once, or is asked again, and keeps no books of its own.</summary>
    public Task<ProviderCharge?> FindAsync(string chargeId, CancellationToken cancellation) => Task.FromResult<ProviderCharge?>(null);

    /// <inheritdoc cref="FindAsync"/>
    public IAsyncEnumerable<ProviderNews> ListNewsAsync(DateTimeOffset since, CancellationToken cancellation) => AsyncEnumerable.Empty<ProviderNews>();
}
