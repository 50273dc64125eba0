using System.Collections.Concurrent;
using System.Globalization;

namespace Ticketing.Faults.Tests.Running;

/// <summary>What happens to Stripe, or what it does wrong.</summary>
internal sealed class StripeFaults(StripeProcess stripe) : IDisposable
{
    /// <summary>The choice by which webhooks come up to a minute late.</summary>
    public const int LatestChoice = 9;

    private const string Never = "0", Always = "Infinity";

    // Stripe's client tries three times, so that a third of the calls fails.
    private const string Often = "0.7";

    private static readonly TimeSpan Down = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    // One of a kind at a time. What is killed is not frozen at the same time.
    private readonly ConcurrentDictionary<FaultKind, SemaphoreSlim> _busy = new();

    public Task<bool> RunAsync(Fault fault) => Faults.InTurnAsync(
        _busy.GetOrAdd(fault.Kind == FaultKind.FreezeStripe ? FaultKind.KillStripe : fault.Kind, _ => new(1)),
        async () =>
        {
            await HappenAsync(fault);
            return true;
        });

    public void Dispose()
    {
        foreach (var busy in _busy.Values)
            busy.Dispose();
    }

    private Task HappenAsync(Fault fault) => fault.Kind switch
    {
        FaultKind.SlowGateway => stripe.BreakAsync("delay", "00:00:02", "00:00:00", fault.Lasts),
        FaultKind.LoseAnswers => stripe.BreakAsync("lostAnswers", Often, Never, fault.Lasts),
        FaultKind.TooManyRequests => stripe.BreakAsync("tooManyRequests", Often, Never, fault.Lasts),
        FaultKind.ServerErrors => stripe.BreakAsync("serverErrors", Often, Never, fault.Lasts),
        FaultKind.Garbage => stripe.BreakAsync("garbage", Often, Never, fault.Lasts),
        FaultKind.DropWebhooks => stripe.BreakAsync("webhooks:dropped", Always, Never, fault.Lasts),
        FaultKind.TripleWebhooks => stripe.BreakAsync("webhooks:copies", "3", "1", fault.Lasts),
        FaultKind.DelayWebhooks => stripe.BreakAsync("webhooks:delay", LateBy(fault.Choice), "00:00:00", fault.Lasts),
        FaultKind.KillStripe => stripe.KillAsync(Down),
        FaultKind.FreezeStripe => stripe.FreezeAsync(fault.Lasts),
        _ => throw new InvalidOperationException($"{fault.Kind} does not happen to Stripe."),
    };

    // From six seconds to a minute.
    private static string LateBy(int choice) => (LongestDelay * ((1 + choice % (LatestChoice + 1)) / (LatestChoice + 1.0))).ToString("c", CultureInfo.InvariantCulture);
}
