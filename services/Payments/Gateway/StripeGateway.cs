using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Stripe;

namespace Ticketing.Payments.Gateway;

/// <summary>
/// Stripe. A charge is a PaymentIntent that is confirmed by the call that creates it. What throws has an unknown outcome, or one that no repetition
/// changes and an operator must see: it is asked again with the same key.
/// </summary>
public sealed partial class StripeGateway : IPaymentGateway
{
    // In a refund's metadata: Stripe forgets the header's key after a day, and never what is in here.
    private const string KeyInMetadata = "idempotency_key";
    private const string OrderInMetadata = "order_id";
    private const string PaymentInMetadata = "payment_id";
    private const string AttemptInMetadata = "attempt";

    /// <summary>Stripe's events that say something of a charge.</summary>
    public static readonly FrozenSet<string> EventTypes = StripeEventTypes.Handled;

    private readonly StripeClient _stripe;
    private readonly string? _returnUrl;
    private readonly ILogger<StripeGateway> _logger;

    /// <summary>Makes one.</summary>
    public StripeGateway(IHttpClientFactory http, IOptions<StripeOptions> options, ILogger<StripeGateway> logger)
    {
        // It repeats what got no answer, or 409 or 5xx, twice and with the same key. The caller's token bounds all of that.
        _stripe = new(new StripeClientOptions
        {
            ApiKey = options.Value.ApiKey,
            ApiBase = options.Value.ApiBase.TrimEnd('/'),
            HttpClient = new SystemNetHttpClient(http.CreateClient(nameof(StripeGateway)), enableTelemetry: false),
        });
        _returnUrl = options.Value.ReturnUrl is { Length: > 0 } url ? url : null;
        _logger = logger;
    }

    /// <summary>Whether it may be one of Stripe's ids. Only a charge finds out whether Stripe has it.</summary>
    public bool Knows(string method) => WellFormedMethod().IsMatch(method);

    /// <inheritdoc/>
    public async Task<ChargeResult> ChargeAsync(Charge charge, CancellationToken cancellation)
    {
        if (AmountOf(charge) is not { } options)
            // What Stripe says of an amount that is none.
            return new(null, "invalid_charge_amount");
        options.PaymentMethod = charge.Method;
        options.Confirm = true;
        options.ReturnUrl = _returnUrl?.Replace("{orderId}", Uri.EscapeDataString(charge.OrderId), StringComparison.Ordinal);
        try
        {
            return ResultOf(await _stripe.V1.PaymentIntents.CreateAsync(options, new() { IdempotencyKey = charge.IdempotencyKey }, cancellation));
        }
        catch (StripeException e) when (DeclineCodeOf(e.StripeError) is { } code)
        {
            return new(e.StripeError.PaymentIntent?.Id, code);
        }
    }

    /// <summary>A PaymentIntent that nobody confirms takes the charge's key, so that the charge cannot be made any more.</summary>
    public async Task<ChargeResult> VoidAsync(Charge charge, CancellationToken cancellation)
    {
        if (AmountOf(charge) is not { } options)
            return new(null, "invalid_charge_amount");
        try
        {
            var unconfirmed = await _stripe.V1.PaymentIntents.CreateAsync(options, new() { IdempotencyKey = charge.IdempotencyKey }, cancellation);
            return await CancelAsync(unconfirmed.Id, cancellation);
        }
        catch (StripeException e) when (e is { HttpStatusCode: System.Net.HttpStatusCode.BadRequest, StripeError.Type: "idempotency_error" })
        {
            // It was made already: this is its answer.
            var made = await ChargeAsync(charge, cancellation);
            return made.DeclineCode is null && !made.IsCaptured ? await CancelAsync(made.Id!, cancellation) : made;
        }
        catch (StripeException e) when (DeclineCodeOf(e.StripeError) is { } code)
        {
            return new(null, code);
        }
    }

    /// <inheritdoc/>
    public async Task<ChargeResult> CancelAsync(string chargeId, CancellationToken cancellation)
    {
        try
        {
            return ResultOf(await _stripe.V1.PaymentIntents.CancelAsync(chargeId, null, null, cancellation));
        }
        catch (StripeException e) when (e.StripeError?.Code == "payment_intent_unexpected_state")
        {
            return ResultOf(await _stripe.V1.PaymentIntents.GetAsync(chargeId, null, null, cancellation));
        }
    }

    /// <inheritdoc/>
    public async Task<RefundResult> RefundAsync(Refund refund, CancellationToken cancellation)
    {
        var amount = refund.Amount is not { } wanted ? (long?)null : StripeAmount.Of(wanted, refund.Currency)
            ?? throw new InvalidOperationException($"Stripe has no amount of {wanted} {refund.Currency} to refund on {refund.ChargeId}.");
        var made = _stripe.V1.Refunds.ListAutoPagingAsync(new() { PaymentIntent = refund.ChargeId, Limit = 100 }, null, cancellation);
        await foreach (var other in made)
        {
            if (other.Metadata.GetValueOrDefault(KeyInMetadata) == refund.IdempotencyKey)
                return ResultOf(other);
        }
        try
        {
            return ResultOf(await _stripe.V1.Refunds.CreateAsync(
                new() { PaymentIntent = refund.ChargeId, Amount = amount, Metadata = new() { [KeyInMetadata] = refund.IdempotencyKey } },
                new() { IdempotencyKey = refund.IdempotencyKey }, cancellation));
        }
        catch (StripeException e) when (e is { HttpStatusCode: System.Net.HttpStatusCode.BadRequest, StripeError: { Type: "invalid_request_error" } error })
        {
            LogRefused(refund.ChargeId, error.Code ?? error.Type);
            return new(null, RefundStatus.Failed, error.Code ?? error.Type);
        }
    }

    /// <inheritdoc/>
    public async Task<ProviderCharge?> FindAsync(string chargeId, CancellationToken cancellation)
    {
        PaymentIntent intent;
        try
        {
            intent = await _stripe.V1.PaymentIntents.GetAsync(chargeId, new() { Expand = ["latest_charge"] }, null, cancellation);
        }
        catch (StripeException e) when (e.StripeError?.Code == "resource_missing")
        {
            return null;
        }
        var currency = intent.Currency.ToUpperInvariant();
        var (refunds, disputes) = (new List<MadeRefund>(), new List<Ticketing.Payments.Dispute>());
        if (intent.AmountReceived > 0)
            await foreach (var refund in _stripe.V1.Refunds.ListAutoPagingAsync(new() { PaymentIntent = chargeId, Limit = 100 }, null, cancellation))
                refunds.Insert(0, new(
                    refund.Metadata.GetValueOrDefault(KeyInMetadata), refund.Id, StripeAmount.From(refund.Amount, currency), ResultOf(refund).Status,
                    refund.FailureReason, refund.Created));
        if (intent.LatestCharge?.Disputed == true)
            await foreach (var dispute in _stripe.V1.Disputes.ListAutoPagingAsync(new() { PaymentIntent = chargeId, Limit = 100 }, null, cancellation))
                // The bank only asks so far, and has taken nothing.
                if (!dispute.Status.StartsWith("warning_", StringComparison.Ordinal))
                    disputes.Insert(0, new(dispute.Id, StripeAmount.From(dispute.Amount, currency), StateOf(dispute.Status), dispute.Reason, dispute.Created));
        return new(
            ResultOf(intent), intent.Metadata.GetValueOrDefault(OrderInMetadata), intent.Metadata.GetValueOrDefault(PaymentInMetadata),
            int.TryParse(intent.Metadata.GetValueOrDefault(AttemptInMetadata), CultureInfo.InvariantCulture, out var attempt) ? attempt : 0,
            intent.PaymentMethodId, StripeAmount.From(intent.AmountReceived, currency), intent.Created, refunds, disputes);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ProviderNews> ListNewsAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var events = _stripe.V1.Events.ListAutoPagingAsync(
            new() { Created = new DateRangeOptions { GreaterThanOrEqual = since.UtcDateTime }, Types = [.. EventTypes], Limit = 100 }, null, cancellation);
        await foreach (var one in events)
        {
            var (chargeId, metadata) = one.Data.Object switch
            {
                PaymentIntent intent => (intent.Id, intent.Metadata),
                Stripe.Charge charge => (charge.PaymentIntentId, charge.Metadata),
                Stripe.Refund refund => (refund.PaymentIntentId, null),
                Stripe.Dispute dispute => (dispute.PaymentIntentId, null),
                _ => (null, null),
            };
            if (chargeId is not null)
                yield return new(one.Type, chargeId, metadata?.GetValueOrDefault(OrderInMetadata));
        }
    }

    /// <summary>A PaymentIntent of a charge, unconfirmed; null if Stripe has no such amount.</summary>
    private PaymentIntentCreateOptions? AmountOf(Charge charge)
    {
        if (StripeAmount.Of(charge.Amount, charge.Currency) is { } amount)
        {
            return new()
            {
                Amount = amount,
                Currency = charge.Currency.ToLowerInvariant(),
                AllowedPaymentMethodTypes = ["card"],
                Metadata = new()
                {
                    [OrderInMetadata] = charge.OrderId,
                    [PaymentInMetadata] = charge.PaymentId,
                    [AttemptInMetadata] = charge.Attempt.ToString(CultureInfo.InvariantCulture),
                },
            };
        }
        LogNoAmount(charge.OrderId, charge.Amount, charge.Currency);
        return null;
    }

    private static ChargeResult ResultOf(PaymentIntent intent) => intent switch
    {
        { Status: "succeeded" } => new(intent.Id),
        { Status: "requires_action", NextAction: { } action } => new(intent.Id, Action: new(action.Type, action.RedirectToUrl?.Url, intent.ClientSecret)),
        // One that was declined and then canceled, so that no other card can confirm it, stays declined.
        { Status: "requires_payment_method" or "canceled", LastPaymentError: { } error } => new(intent.Id, DeclineCodeOf(error) ?? error.Code ?? error.Type),
        { Status: "canceled" } => new(intent.Id, "canceled"),
        _ => new(intent.Id) { IsUndecided = true },
    };

    private static RefundResult ResultOf(Stripe.Refund refund) => new(
        refund.Id,
        refund.Status switch
        {
            "succeeded" => RefundStatus.Succeeded,
            "failed" or "canceled" => RefundStatus.Failed,
            _ => RefundStatus.Pending,
        },
        refund.FailureReason);

    // Whatever else Stripe may say one day, the bank has not decided by it.
    private static Contracts.DisputeState StateOf(string status) => status switch
    {
        "won" => Contracts.DisputeState.Won,
        "lost" or "prevented" => Contracts.DisputeState.Lost,
        _ => Contracts.DisputeState.Disputed,
    };

    // What the buyer chose or ordered is refused for good, before any money moved. Other bad requests are faults of ours.
    private static string? DeclineCodeOf(StripeError? error) => error switch
    {
        { Type: "card_error" } => error.DeclineCode ?? error.Code,
        { Type: "invalid_request_error", Param: "payment_method" or "amount" or "currency" } => error.Code ?? error.Type,
        _ => null,
    };

    [GeneratedRegex(@"\Apm_\w{1,252}\z", RegexOptions.ECMAScript)]
    private static partial Regex WellFormedMethod();

    [LoggerMessage(LogLevel.Warning, "Order {OrderId} is not charged: Stripe has no amount of {Amount} {Currency}")]
    private partial void LogNoAmount(string orderId, decimal amount, string currency);

    [LoggerMessage(LogLevel.Warning, "Stripe refuses to refund {ChargeId}: {Code}")]
    private partial void LogRefused(string chargeId, string code);
}
