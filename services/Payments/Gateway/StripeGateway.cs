using System.Globalization;
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

    private readonly StripeClient _stripe;
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
        _logger = logger;
    }

    /// <summary>Whether it may be one of Stripe's ids. Only a charge finds out whether Stripe has it.</summary>
    public bool Knows(string method) => WellFormedMethod().IsMatch(method);

    /// <inheritdoc/>
    public async Task<ChargeResult> ChargeAsync(Charge charge, CancellationToken cancellation)
    {
        if (StripeAmount.Of(charge.Amount, charge.Currency) is not { } amount)
        {
            LogNoAmount(charge.OrderId, charge.Amount, charge.Currency);
            // What Stripe says of an amount that is none.
            return new(null, "invalid_charge_amount");
        }
        try
        {
            var intent = await _stripe.V1.PaymentIntents.CreateAsync(
                new()
                {
                    Amount = amount,
                    Currency = charge.Currency.ToLowerInvariant(),
                    PaymentMethod = charge.Method,
                    AllowedPaymentMethodTypes = ["card"],
                    Confirm = true,
                    // Nobody is there to authenticate: that is a decline (authentication_required).
                    ErrorOnRequiresAction = true,
                    Metadata = new() { ["order_id"] = charge.OrderId, ["attempt"] = charge.Attempt.ToString(CultureInfo.InvariantCulture) },
                },
                new() { IdempotencyKey = charge.IdempotencyKey }, cancellation);
            return intent.Status == "succeeded" ? new(intent.Id) : throw new InvalidOperationException($"Stripe answered {intent.Id} as {intent.Status}.");
        }
        catch (StripeException e) when (DeclineCodeOf(e.StripeError) is { } code)
        {
            return new(e.StripeError.PaymentIntent?.Id, code);
        }
    }

    /// <inheritdoc/>
    public async Task RefundAsync(Refund refund, CancellationToken cancellation)
    {
        var amount = StripeAmount.Of(refund.Amount, refund.Currency)
            ?? throw new InvalidOperationException($"Stripe has no amount of {refund.Amount} {refund.Currency} to refund on {refund.ChargeId}.");
        var made = _stripe.V1.Refunds.ListAutoPagingAsync(new() { PaymentIntent = refund.ChargeId, Limit = 100 }, null, cancellation);
        await foreach (var other in made)
        {
            if (other.Metadata.GetValueOrDefault(KeyInMetadata) == refund.IdempotencyKey && !HasFailed(other))
                return;
        }
        try
        {
            var done = await _stripe.V1.Refunds.CreateAsync(
                new() { PaymentIntent = refund.ChargeId, Amount = amount, Metadata = new() { [KeyInMetadata] = refund.IdempotencyKey } },
                new() { IdempotencyKey = refund.IdempotencyKey }, cancellation);
            if (HasFailed(done))
                throw new InvalidOperationException($"Stripe answered {done.Id} as {done.Status}: {done.FailureReason}.");
        }
        catch (StripeException e) when (e.StripeError?.Code == "charge_already_refunded")
        {
            // All of the money is back already, so this part of it is, too.
            LogRefundedElsewhere(refund.ChargeId);
        }
    }

    // What the buyer chose or ordered is refused for good, before any money moved. Other bad requests are faults of ours.
    private static string? DeclineCodeOf(StripeError? error) => error switch
    {
        { Type: "card_error" } => error.DeclineCode ?? error.Code,
        { Type: "invalid_request_error", Param: "payment_method" or "amount" or "currency" } => error.Code ?? error.Type,
        _ => null,
    };

    private static bool HasFailed(Stripe.Refund refund) => refund.Status is "failed" or "canceled";

    [GeneratedRegex(@"\Apm_\w{1,252}\z", RegexOptions.ECMAScript)]
    private static partial Regex WellFormedMethod();

    [LoggerMessage(LogLevel.Warning, "Order {OrderId} is not charged: Stripe has no amount of {Amount} {Currency}")]
    private partial void LogNoAmount(string orderId, decimal amount, string currency);

    [LoggerMessage(LogLevel.Warning, "{ChargeId} was refunded as a whole by somebody else")]
    private partial void LogRefundedElsewhere(string chargeId);
}

/// <summary>Registers it.</summary>
public static class StripeGatewayServices
{
    /// <summary>Payments go to Stripe, as <c>Payments:Stripe</c> says.</summary>
    public static void AddStripeGateway(this IServiceCollection services)
    {
        services.AddOptions<StripeOptions>().BindConfiguration("Payments:Stripe").ValidateOnStart();
        services.AddSingleton<IValidateOptions<StripeOptions>, StripeOptionsCheck>();
        // The gateway keeps its client, so the handler has to notice itself that Stripe's addresses change.
        services.AddHttpClient(nameof(StripeGateway), client => client.Timeout = Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler((handler, _) => handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        services.AddSingleton<IPaymentGateway, StripeGateway>();
    }

    private sealed class StripeOptionsCheck : IValidateOptions<StripeOptions>
    {
        public ValidateOptionsResult Validate(string? name, StripeOptions options) =>
            options.Problem is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;
    }
}
