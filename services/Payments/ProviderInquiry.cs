using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Ticketing.Messaging;
using Ticketing.Payments.Gateway;

namespace Ticketing.Payments;

/// <summary>
/// Asks the provider how a charge is, and takes that over: whatever made somebody ask, and however often, the provider's own state decides. It has a rate
/// limit of its own, so that buyers who pay come first.
/// </summary>
public sealed partial class ProviderInquiry(
    Repository<OrderPayment> payments, IPaymentGateway gateway, [FromKeyedServices(ProviderInquiry.Rate)] RateLimiter rate, IOptions<PaymentOptions> options,
    TimeProvider time, ILogger<ProviderInquiry> logger)
{
    /// <summary>The key of the limiter of questions.</summary>
    public const string Rate = "questions to the provider";

    // A call of ours that is under way will have recorded the same by then.
    private static readonly TimeSpan OwnCallPatience = TimeSpan.FromSeconds(2);

    /// <summary>Asks how a charge is, and takes that over. What throws could not be found out: ask again later.</summary>
    /// <param name="chargeId">The provider's name for it.</param>
    /// <param name="orderId">The order that it is said to name; null if nobody said.</param>
    /// <param name="heard">What the provider said of it (Stripe's <c>event.type</c>): if that is known, nobody asks. Null to ask in any case.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<InquiryResult> AskAsync(string chargeId, string? orderId, string? heard, CancellationToken cancellation)
    {
        if (orderId is not null && heard is not null)
        {
            var known = await payments.WaitAsync(orderId, order => order?.Payment is not { Status: PaymentStatus.Processing }, OwnCallPatience, cancellation);
            if (known?.Payment?.Says(chargeId, heard) == true)
                return InquiryResult.NothingNew;
        }
        using var turn = await rate.AcquireAsync(1, cancellation);
        if (await gateway.FindAsync(chargeId, cancellation) is not { OrderId: { } order } found)
            return InquiryResult.NotOurs;
        // The buyer could confirm it with another card, after the shop has said that it was declined.
        if (found.Result is { DeclineCode: not null and not "canceled" } && await gateway.CancelAsync(chargeId, cancellation) is { IsCaptured: true })
            found = await gateway.FindAsync(chargeId, cancellation) ?? found;
        Moments.Reached(Moments.ProviderAsked);
        return await TakeAsync(order, found, cancellation);
    }

    private async Task<InquiryResult> TakeAsync(string orderId, ProviderCharge found, CancellationToken cancellation)
    {
        var decision = Decision<OrderPayment>.Nothing;
        var (order, _) = await payments.ExecuteAsync(
            orderId, current => decision = OrderPayment.Take(current, found, time.GetUtcNow(), options.Value.Patience), cancellation);
        if (decision.Warning is { } warning)
            LogFound(warning);
        return order is null ? InquiryResult.NotOurs : decision.State is null ? InquiryResult.NothingNew : InquiryResult.TakenOver;
    }

    [LoggerMessage(LogLevel.Warning, "{What}")]
    private partial void LogFound(string what);
}

/// <summary>Registers it.</summary>
public static class ProviderInquiryServices
{
    /// <summary>Adds it, with the limit that <c>Payments:Stripe</c> says.</summary>
    public static void AddProviderInquiry(this IServiceCollection services) => services.AddSingleton<ProviderInquiry>().AddKeyedSingleton<RateLimiter>(
        ProviderInquiry.Rate, (p, _) =>
        {
            var stripe = p.GetRequiredService<IOptions<StripeOptions>>().Value;
            // Half of what Stripe allows an account: charges need the other half.
            var perSecond = stripe.QuestionsPerSecond ?? (stripe.IsLive ? 50 : 12);
            return new TokenBucketRateLimiter(new()
            {
                TokenLimit = perSecond,
                TokensPerPeriod = perSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = int.MaxValue,
            });
        });
}

/// <summary>What came of asking the provider.</summary>
public enum InquiryResult
{
    /// <summary>Something was not known here, and is now.</summary>
    TakenOver,

    /// <summary>All of it was known.</summary>
    NothingNew,

    /// <summary>The provider has no such charge, or it names no order that is known here.</summary>
    NotOurs,
}
