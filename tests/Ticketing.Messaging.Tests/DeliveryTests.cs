using System.Text;

namespace Ticketing.Messaging.Tests;

/// <summary>Order, duplicates, and what a consumer does not know.</summary>
public abstract class DeliveryTests(Brokers brokers)
{
    [Fact]
    public async Task Events_of_every_key_are_applied_in_order()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        await scenario.StartAsync();
        // Each key has one publisher; one key is hot.
        var (cold, hot) = (scenario.Ids(90), scenario.Ids(1, "hot"));
        using var second = new Wire(scenario.BootstrapServers);
        using var third = new Wire(scenario.BootstrapServers);

        await Task.WhenAll(
            scenario.Wire.SendAsync(scenario.Topic, Wire.Events(cold[..45], 60)),
            second.SendAsync(scenario.Topic, Wire.Events(cold[45..], 60)),
            third.SendAsync(scenario.Topic, Wire.Events(hot, 4000)));
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync(cold, 60);
        await scenario.AssertTakenAsync(hot, 4000);
        Assert.Empty(scenario.Wire.Read(scenario.DeadTopic));
        scenario.AssertUneventful();
    }

    [Fact]
    public async Task Duplicates_change_nothing_and_are_not_told_again()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        await scenario.StartAsync(Ledger.TakeAndTell);
        var ids = scenario.Ids(10);

        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 20).SelectMany(e => new[] { e, e }));
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 20));
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync(ids, 20);
        var told = scenario.ReadTold(scenario.Name).ToLookup(record => record.Key!, record => record.Version);
        Assert.All(ids, id => Assert.Equal(Enumerable.Range(1, 20).Select(v => (long)v), told[id]));
    }

    [Fact]
    public async Task Types_and_fields_that_are_unknown_pass_by()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        await scenario.StartAsync();
        var id = scenario.Ids(1)[0];

        await scenario.Wire.SendAsync(
            scenario.Topic,
            (id, Encoding.UTF8.GetBytes("""{"type":"seat.upgraded","id":7,"anything":[1,2]}""")),
            (id, Encoding.UTF8.GetBytes($$"""{"new":{"deep":[null]},"version":1,"id":"{{id}}","extra":1,"type":"test.noted"}""")),
            // Known, but nobody handles it here.
            (id, Encoding.UTF8.GetBytes($$"""{"type":"test.told","id":"{{id}}","version":1}""")),
            (id, Wire.Event(id, 2)));
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync([id], 2);
        Assert.Empty(scenario.Wire.Read(scenario.DeadTopic));
        scenario.AssertUneventful();
    }

    [Fact]
    public async Task A_document_is_written_once_per_batch_not_once_per_event()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var id = scenario.Ids(1)[0];
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events([id], 3000));
        await scenario.StartAsync();
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync([id], 3000);
        Assert.InRange((await scenario.Ledgers.LoadAsync(id))!.Revision, 1, 1500);
    }
}

[Collection(On.EmbeddedBroker)]
public sealed class DeliveryOnEmbeddedBroker(EmbeddedBrokers brokers) : DeliveryTests(brokers);

[Collection(On.RealKafka)]
public sealed class DeliveryOnRealKafka(RealBroker broker) : DeliveryTests(broker);
