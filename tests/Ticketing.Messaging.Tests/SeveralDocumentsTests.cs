using Ticketing.Testing;

namespace Ticketing.Messaging.Tests;

/// <summary>An event that concerns several documents: each is decided and written by itself, and the event is done when all are.</summary>
public abstract class SeveralDocumentsTests(Brokers brokers)
{
    [Fact]
    public async Task Each_document_takes_the_event_once_whatever_is_read_again()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (keys, ids) = (scenario.Ids(5, "key"), scenario.Ids(7));
        var service = await StartAsync(scenario);
        for (var version = 1; version <= 20; version++)
            await scenario.Wire.SendAsync(scenario.Topic, Events(keys, version, ids));
        await scenario.IdleAsync();
        // One that concerns nobody, one that names a document twice, and all of it once more.
        await scenario.Wire.SendAsync(scenario.Topic, Event(keys[0], 21), Event(keys[0], 22, ids[0], ids[0]));
        await scenario.Wire.SendAsync(scenario.Topic, Events(keys, 20, ids));
        await service.StopAsync();
        await StartAsync(scenario);
        await scenario.IdleAsync();

        foreach (var id in ids)
        {
            var calls = (await scenario.LedgerAsync(id))!.Calls;
            Assert.Equal(keys.Length * 20 + (id == ids[0] ? 1 : 0), calls.Distinct().Count());
            Assert.Equal(calls.Distinct(), calls);
        }
        Assert.Equal(ids.Length * keys.Length * 20 + 1, scenario.ReadTold(scenario.Name).Select(record => record["ce_id"]).Distinct().Count());
        Assert.Empty(scenario.Wire.Read(scenario.DeadTopic));
    }

    [Fact]
    public async Task A_document_that_does_not_take_it_keeps_no_other_from_it_and_one_dead_letter_is_enough()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (key, ids) = (scenario.Ids(1, "key")[0], scenario.Ids(4));
        string[] broken = [ids[1], ids[2]];
        var isMended = false;
        var service = await StartAsync(
            scenario, (id, ledger, e) => broken.Contains(id) && !isMended ? throw new InvalidOperationException("not this one") : Take(id, ledger, e));
        await scenario.Wire.SendAsync(scenario.Topic, Event(key, 1, ids), Event(key, 2, ids[0], ids[3]));
        await scenario.IdleAsync();

        Assert.Equal([2, 0, 0, 2], await CallsAsync(scenario, ids));
        var letter = Assert.Single((await service.Get<DeadLetterLog>().ListAsync(10, null, TestContext.Current.CancellationToken)).Letters);

        isMended = true;
        await service.Get<DeadLetterLog>().RedriveAsync(letter.Id, "operator", TestContext.Current.CancellationToken);
        await scenario.IdleAsync();
        Assert.Equal([2, 1, 1, 2], await CallsAsync(scenario, ids));
    }

    [Fact]
    public async Task The_offset_follows_when_all_documents_are_stored()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (key, ids) = (scenario.Ids(1, "key")[0], scenario.Ids(3));
        var first = await StartAsync(
            scenario, (id, ledger, e) => id == ids[2] ? throw new InvalidOperationException("not in this process") : Take(id, ledger, e), maxAttempts: "1000000");
        await scenario.Wire.SendAsync(scenario.Topic, Event(key, 1, ids));
        await Eventually.IsAsync(
            async () => await scenario.LedgerAsync(ids[0]) is not null && await scenario.LedgerAsync(ids[1]) is not null, () => first.Logs.Last);
        await first.StopAsync();
        Assert.Null(await scenario.LedgerAsync(ids[2]));

        await StartAsync(scenario);
        await scenario.IdleAsync();
        Assert.Equal([1, 1, 1], await CallsAsync(scenario, ids));
    }

    [Fact]
    public async Task A_document_without_an_id_makes_it_a_dead_letter_before_any_is_changed()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (key, ids) = (scenario.Ids(1, "key")[0], scenario.Ids(1));
        await StartAsync(scenario);
        await scenario.Wire.SendAsync(scenario.Topic, Event(key, 1, ids[0], ""));
        await scenario.IdleAsync();

        Assert.Null(await scenario.LedgerAsync(ids[0]));
        Assert.Equal(
            "FormatException: 'test.shared' does not say which Ledger it concerns.", Assert.Single(scenario.Wire.Read(scenario.DeadTopic))["dead_error"]);
    }

    private static async Task<List<int>> CallsAsync(Scenario scenario, string[] ids)
    {
        var ledgers = await scenario.Ledgers.LoadManyAsync(ids);
        return [.. ids.Select(id => ledgers.TryGetValue(id, out var ledger) ? ledger.State.Calls.Length : 0)];
    }

    private static Task<TestService> StartAsync(Scenario scenario, Func<string, Ledger?, Shared, Decision<Ledger>>? decide = null, string maxAttempts = "2") => scenario.StartAsync(
        service => service.Documents(Ledger.Type).OnEach<Shared, Ledger>(e => e.Ids, (id, ledger, e, _) => (decide ?? Take)(id, ledger, e)),
        ("Messaging:MaxAttempts", maxAttempts), ("Messaging:DrainTimeout", "00:00:00.1"));

    // A call is an event of a key; it is taken once.
    private static Decision<Ledger> Take(string id, Ledger? ledger, Shared e)
    {
        var call = HashCode.Combine(e.Id.GetHashCode(StringComparison.Ordinal), e.Version);
        ledger ??= new(0, 0, 0, []);
        return ledger.Calls.Contains(call)
            ? Decision<Ledger>.Nothing
            : new(ledger with { Calls = ledger.Calls.Add(call) }, Ledger.Told(id, ledger.Calls.Length + 1));
    }

    private static IEnumerable<(string, byte[]?)> Events(string[] keys, long version, params string[] ids) => keys.Select(key => Event(key, version, ids));

    private static (string, byte[]?) Event(string key, long version, params string[] ids) => (key, Wire.Bytes(new Shared(key, version, ids)));
}

[Collection(On.EmbeddedBroker)]
public sealed class SeveralDocumentsOnEmbeddedBroker(EmbeddedBrokers brokers) : SeveralDocumentsTests(brokers);

[Collection(On.RealKafka)]
public sealed class SeveralDocumentsOnRealKafka(RealBroker broker) : SeveralDocumentsTests(broker);
