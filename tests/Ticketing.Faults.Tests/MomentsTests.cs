using System.Collections.Concurrent;
using System.Diagnostics;
using Ticketing.Documents.Memory;
using Ticketing.Faults.Tests.Broken;
using Ticketing.Messaging;
using Ticketing.Tickets;

namespace Ticketing.Faults.Tests;

/// <summary>The points at which the harness kills are announced under the name that its hook listens to.</summary>
public sealed class MomentsTests
{
    [Fact]
    public async Task The_runtime_tells_when_it_is_between_two_steps()
    {
        var listener = new Listener();
        using var listening = DiagnosticListener.AllListeners.Subscribe(listener);
        await using var shop = await InProcessShop.StartAsync(_ => new MemoryDatabase());
        await shop.Tickets.ExecuteAsync("ticket", _ => Ticket.List("ticket", "seller", "Concert", 10, "USD", 10));
        await shop.SettleAsync();
        Assert.Equal(
            [Moments.BatchProcessed, Moments.DocumentsWritten, Moments.EventsAcknowledged],
            listener.Reached.Keys.Where(moment => moment != Moments.EffectPerformed).Order());
    }

    private sealed class Listener : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public ConcurrentDictionary<string, bool> Reached { get; } = new();

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Ticketing.Messaging")
                value.Subscribe(this);
        }

        public void OnNext(KeyValuePair<string, object?> value) => Reached[value.Key] = true;

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
