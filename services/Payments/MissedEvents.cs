using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Ticketing.Documents;
using Ticketing.Messaging;
using Ticketing.Payments.Gateway;

namespace Ticketing.Payments;

/// <summary>
/// Looks through the provider's events since the last look, so that nobody waits for a webhook that never comes: a refund failed, a charge was captured
/// whose record is lost. What is known already costs a read. One instance looks at a time.
/// </summary>
public sealed partial class MissedEvents(
    Repository<ProviderLook> looks, IPaymentGateway gateway, ProviderInquiry inquiry, IOptions<PaymentOptions> options, TimeProvider time,
    ILogger<MissedEvents> logger) : BackgroundService
{
    // Events may be listed a little later than they say, and clocks differ.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    /// <summary>Looks if it is time to.</summary>
    /// <returns>Whether it did.</returns>
    public async Task<bool> LookAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        ProviderLook? claimed = null;
        await looks.ExecuteAsync(ProviderLook.Id, look =>
        {
            var decision = ProviderLook.Claim(look, now, options.Value.LookEvery);
            claimed = decision.State;
            return decision;
        }, cancellation);
        if (claimed is null)
            return false;
        var failed = false;
        await foreach (var news in gateway.ListNewsAsync(claimed.LookedUntil - Overlap, cancellation))
        {
            try
            {
                if (await inquiry.AskAsync(news.ChargeId, news.OrderId, news.Type, cancellation) == InquiryResult.NotOurs && news is { IsCaptured: true, OrderId: { } orderId })
                    LogUnknown(news.ChargeId, orderId);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                // It must not hide the others, of which the oldest come last.
                LogNotAsked(e, news.ChargeId, news.Type);
                failed = true;
            }
        }
        // If this one died on the way, or could not find everything out, the next look begins where this one did.
        if (!failed)
            await looks.ExecuteAsync(ProviderLook.Id, _ => new(new ProviderLook(now, now + options.Value.LookEvery)), cancellation);
        return true;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(options.Value.LookEvery / 2, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{ChargeId} is captured for order {OrderId}, which Payments does not know. Look at it in the provider's dashboard: nobody refunds it")]
    private partial void LogUnknown(string chargeId, string orderId);

    [LoggerMessage(LogLevel.Warning, "{ChargeId} could not be asked for ({EventType}); it is tried again with the next look")]
    private partial void LogNotAsked(Exception exception, string chargeId, string eventType);

    [LoggerMessage(LogLevel.Warning, "The provider's events could not be looked through; trying again later")]
    private partial void LogFailed(Exception exception);
}

/// <summary>How far the provider's events were looked through.</summary>
/// <param name="LookedUntil">Those of before were.</param>
/// <param name="DueAt">When the next look is due.</param>
public sealed record ProviderLook(DateTimeOffset LookedUntil, DateTimeOffset DueAt)
{
    // A shop that never looked has missed nothing that is older.
    private static readonly TimeSpan FirstLook = TimeSpan.FromDays(1);

    /// <summary>There is one.</summary>
    public const string Id = "events";

    /// <summary>The one.</summary>
    public static DocumentType<ProviderLook> Documents { get; } = new("provider_looks", ProviderLookJson.Default.ProviderLook);

    /// <summary>An instance looks now, and no other one does before the next look is due. If it dies, that one begins where this one did.</summary>
    /// <param name="look">The last look; null if there was none.</param>
    /// <param name="now">The time.</param>
    /// <param name="every">How often to look.</param>
    public static Decision<ProviderLook> Claim(ProviderLook? look, DateTimeOffset now, TimeSpan every) => look is null || look.DueAt <= now
        ? new(new ProviderLook(look?.LookedUntil ?? now - FirstLook, now + every))
        : Decision<ProviderLook>.Nothing;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProviderLook))]
internal sealed partial class ProviderLookJson : JsonSerializerContext;
