using System.Text;
using Ticketing.Documents;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.Messaging.Tests;

/// <summary>What is published with each event: no event lacks its record, whatever fails.</summary>
public abstract class DerivedRecordTests(Brokers brokers)
{
    private const string Derived = "derived";

    [Fact]
    public async Task Each_event_has_one_record_with_its_key_its_id_and_its_trace()
    {
        await using var scenario = await OpenAsync();
        await scenario.StartAsync(service => Parts(service, e => e.Data.ToArray()));
        var ids = scenario.Ids(20);

        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 10));
        await scenario.IdleAsync();

        var (told, derived) = (scenario.ReadTold(scenario.Name), Read(scenario));
        Assert.Equal(200, told.Count);
        Assert.Equal(told.Select(Says).Order(), derived.Select(Says).Order());
        Assert.All(derived, record => Assert.Equal(("1.0", "/testing", "testing.derived"), (record["ce_specversion"], record["ce_source"], record["ce_type"])));
        scenario.AssertUneventful();

        static string Says(WireRecord record) => $"{record["ce_id"]} {record.Key} {record["ce_time"]} {record["traceparent"]} {record.Text}";
    }

    [Fact]
    public async Task An_event_without_a_record_is_published_all_the_same()
    {
        await using var scenario = await OpenAsync();
        var service = await scenario.StartAsync(service => Parts(service, e => e.Id.EndsWith("/1.0", StringComparison.Ordinal) ? null : e.Data.ToArray()));
        var id = scenario.Ids(1)[0];

        for (var i = 0; i < 3; i++)
            await service.Ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        await scenario.IdleAsync();

        Assert.Equal([-1, -2, -3], scenario.ReadTold(id).Select(record => record.Version));
        Assert.Equal([-2, -3], Read(scenario).Select(record => record.Version));
    }

    [Fact]
    public async Task An_event_leaves_its_outbox_only_when_the_broker_has_its_record_too()
    {
        await using var scenario = await OpenAsync();
        // More than the client takes.
        var isTooLarge = true;
        var service = await scenario.StartAsync(service => Parts(service, e => Volatile.Read(ref isTooLarge) ? new byte[2_000_000] : e.Data.ToArray()));
        var id = scenario.Ids(1)[0];

        await service.Ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        await service.Ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        await Eventually.IsAsync(() => service.Logs.Count("failed 3 times, they wait") > 0, () => service.Logs.Last);
        Assert.Equal(2, (await scenario.Ledgers.LoadAsync(id))!.Outbox.Length);

        Volatile.Write(ref isTooLarge, false);
        await scenario.IdleAsync();

        var told = scenario.ReadTold(id);
        Assert.Equal([$"ledgers/{id}/1.0", $"ledgers/{id}/2.0"], told.Select(record => record["ce_id"]).Distinct());
        Assert.Equal([-1, -2], Read(scenario).Select(record => record.Version));
    }

    [Fact]
    public async Task What_a_crash_left_unpublished_is_published_with_its_record()
    {
        await using var scenario = await OpenAsync();
        var ids = scenario.Ids(10);
        await scenario.Ledgers.WriteManyAsync(
            [.. ids.Select(id => new Document<Ledger>(id, 1, new(0, 0, 0, []), [new(1, $"ledgers/{id}/1.0", Told.TopicName, id, Told.TypeName, Wire.Bytes(Ledger.Told(id, 1)), DateTimeOffset.UtcNow)]))]);

        await scenario.StartAsync(service => Parts(service, e => Encoding.UTF8.GetBytes(e.Type)));
        await Eventually.IsAsync(scenario.OutboxesAreEmptyAsync, () => "events are left in their documents");

        Assert.Equal(ids.Select(id => $"ledgers/{id}/1.0 {Told.TypeName}").Order(), Read(scenario).Select(record => $"{record["ce_id"]} {record.Text}").Order());
    }

    private Task<Scenario> OpenAsync() => Scenario.OpenAsync(brokers, new TestTopic(Derived));

    private static Service Parts(Service service, Func<OutboxEvent, byte[]?> derive) =>
        service.Documents(Ledger.Type).On<Noted, Ledger>(e => e.Id, Ledger.TakeAndTell).AlsoPublishes(Derived, "testing.derived", derive);

    private static List<WireRecord> Read(Scenario scenario) => scenario.Wire.Read(scenario.OnCluster(Derived));
}

[Collection(On.EmbeddedBroker)]
public sealed class DerivedRecordsOnEmbeddedBroker(EmbeddedBrokers brokers) : DerivedRecordTests(brokers);

[Collection(On.RealKafka)]
public sealed class DerivedRecordsOnRealKafka(RealBroker broker) : DerivedRecordTests(broker);
