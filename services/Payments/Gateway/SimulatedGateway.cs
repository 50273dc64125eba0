using System.Collections.Frozen;
using System.Globalization;
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
    private static readonly FrozenDictionary<string, string?> DeclineCodes = new Dictionary<string, string?>
    {
        ["pm_card_visa"] = null,
        ["pm_card_visa_debit"] = null,
        ["pm_card_mastercard"] = null,
        ["pm_card_mastercard_debit"] = null,
        ["pm_card_amex"] = null,
        ["pm_card_discover"] = null,
        ["pm_card_diners"] = null,
        ["pm_card_jcb"] = null,
        ["pm_card_unionpay"] = null,
        ["pm_card_chargeDeclined"] = "card_declined",
        ["pm_card_visa_chargeDeclined"] = "card_declined",
        ["pm_card_chargeDeclinedInsufficientFunds"] = "insufficient_funds",
        ["pm_card_visa_chargeDeclinedInsufficientFunds"] = "insufficient_funds",
        ["pm_card_visa_chargeDeclinedLostCard"] = "lost_card",
        ["pm_card_visa_chargeDeclinedStolenCard"] = "stolen_card",
        ["pm_card_chargeDeclinedFraudulent"] = "fraudulent",
        ["pm_card_chargeDeclinedExpiredCard"] = "expired_card",
        ["pm_card_chargeDeclinedIncorrectCvc"] = "incorrect_cvc",
        ["pm_card_chargeDeclinedProcessingError"] = "processing_error",
    }.ToFrozenDictionary();

    private readonly Lock _books = new();

    /// <inheritdoc/>
    public bool Knows(string method) => DeclineCodes.ContainsKey(method);

    /// <inheritdoc/>
    public async Task<ChargeResult> ChargeAsync(Charge charge, CancellationToken cancellation)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(charge.IdempotencyKey));
        var result = new ChargeResult($"ch_{Convert.ToHexStringLower(digest.AsSpan(0, 12))}", DeclineCodes[charge.Method]);
        if (result.IsCaptured)
            Enter("charge", charge.IdempotencyKey, result.Id, charge.Amount);
        // The money has moved; its answer is under way.
        await Task.Delay(options.Value.GatewayLatency, time, cancellation);
        return result;
    }

    /// <inheritdoc/>
    public Task RefundAsync(Refund refund, CancellationToken cancellation)
    {
        Enter("refund", refund.IdempotencyKey, refund.ChargeId, refund.Amount);
        return Task.Delay(options.Value.GatewayLatency, time, cancellation);
    }

    private void Enter(string kind, string key, string chargeId, decimal amount)
    {
        if (options.Value.GatewayBooks is not { Length: > 0 } folder)
            return;
        var line = string.Create(CultureInfo.InvariantCulture, $"{kind} {key} {chargeId} {amount}\n");
        lock (_books)
            File.AppendAllText(Path.Combine(folder, $"{Environment.ProcessId}.books"), line);
    }
}
