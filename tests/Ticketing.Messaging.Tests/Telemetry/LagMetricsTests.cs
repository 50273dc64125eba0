using Ticketing.Documents;
using Ticketing.Testing;

namespace Ticketing.Messaging.Tests.Telemetry;

/// <summary>What an operator sees of a consumer that is stopped.</summary>
public abstract class LagMetricsTests(Brokers brokers)
{
    [Fact]
    public async Task A_stopped_consumers_lag_and_the_oldest_outbox_age_rise_until_it_is_started_again()
    {
        using var exported = new Exported();
        await using var scenario = await Scenario.OpenAsync(brokers);
        // Metrics are the process's: documents of a name of their own keep other tests out of them.
        var type = Ledger.Type with { Name = scenario.Name };
        var store = scenario.Database.Store(type);
        // Another service: it watches the group, as publishers do, and looks at the same store, but leaves what is stuck to its owner.
        await scenario.StartAsync(
            service => service.Documents(type).Publishes(Noted.TopicName).ReadBy("testing"),
            ("Messaging:LagPeriod", "00:00:00.2"), ("Messaging:RepublishAfter", "01:00:00"));
        var ids = scenario.Ids(10);
        var consumer = await StartAsync();
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 5));
        // Before that, no lag only says that nobody has looked since.
        await Eventually.IsAsync(
            async () => (await store.LoadManyAsync(ids)).Values.Count(ledger => ledger.State.Last == 5) == ids.Length, () => "they are not handled");
        await BecomesAsync(Lag, 0);
        await Eventually.IsAsync(() => Age() == 0, () => $"age {Age()}");

        // It stops between a write and the acknowledgement of the write's event, and events go on coming.
        await consumer.StopAsync();
        await store.WriteManyAsync([Unpublished(scenario.Name + "-left")]);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 3, from: 6));
        await BecomesAsync(Lag, 30);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 1, from: 9));
        await BecomesAsync(Lag, 40);
        await Eventually.IsAsync(() => Age() > 1, () => $"age {Age()}");
        var before = Age();
        await Eventually.IsAsync(() => Age() > before, () => $"age {Age()}");
        Assert.Equal(1, exported.Value("ticketing.outbox.depth", "ticketing.document", type.Name));

        await StartAsync();
        await BecomesAsync(Lag, 0);
        await Eventually.IsAsync(() => Age() == 0, () => $"age {Age()}");
        Assert.Single(scenario.ReadTold(scenario.Name + "-left"));

        Task<TestService> StartAsync() => scenario.StartAsync(service => service.Documents(type)
            .On<Noted, Ledger>(e => e.Id, Ledger.TakeAndTell));
        double? Lag() => exported.Value("ticketing.consumer.lag", "messaging.consumer.group.name", scenario.Group);
        double? Age() => exported.Value("ticketing.outbox.oldest_age", "ticketing.document", type.Name);
    }

    private static Task BecomesAsync(Func<double?> value, double expected) =>
        Eventually.IsAsync(() => value() == expected, () => $"{value()} instead of {expected}");

    private static Document<Ledger> Unpublished(string id) => new(id, 1, new(0, 0, 1, []),
    [
        new(1, $"ledgers/{id}/1.0", Told.TopicName, id, Told.TypeName, Wire.Bytes(Ledger.Told(id, -1)), DateTimeOffset.UtcNow),
    ]);
}

[Collection(On.EmbeddedBroker)]
public sealed class LagMetricsOnEmbeddedBroker(EmbeddedBrokers brokers) : LagMetricsTests(brokers);

[Collection(On.RealKafka)]
public sealed class LagMetricsOnRealKafka(RealBroker broker) : LagMetricsTests(broker);
