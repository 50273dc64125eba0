using Ticketing.Contracts;
using Ticketing.Testing;

namespace Ticketing.Messaging.Tests;

/// <summary>What is not urgent waits for what is of its key, but not for ever.</summary>
public abstract class LingerTests(Brokers brokers)
{
    [Fact]
    public async Task What_is_not_urgent_is_handled_with_the_next_event_of_its_key_that_is()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var id = scenario.Ids(1)[0];
        await StartAsync(scenario, ("Messaging:Linger", "00:10:00"));
        for (var version = 1; version <= 20; version++)
            await scenario.Wire.SendAsync(scenario.Topic, Wire.Events([id], 1, from: version));
        Assert.Null(await scenario.LedgerAsync(id));

        await scenario.Wire.SendAsync(scenario.Topic, (id, Urgent(id, 21)));
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync([id], 21);
        Assert.Equal(1, (await scenario.Ledgers.LoadAsync(id))!.Revision);
    }

    [Fact]
    public async Task What_lingers_holds_up_no_other_key_and_is_not_lost_when_its_process_ends()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var ids = scenario.Ids(20);
        var service = await StartAsync(scenario, ("Messaging:Linger", "00:10:00"));
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 3));
        await scenario.Wire.SendAsync(scenario.Topic, ids[1..].Select(id => (id, (byte[]?)Urgent(id, 4))));

        await Eventually.IsAsync(
            async () => (await Task.WhenAll(ids[1..].Select(scenario.LedgerAsync))).All(ledger => ledger is { Last: 4, Gaps: 0 }),
            () => "the others are not handled");
        Assert.Null(await scenario.LedgerAsync(ids[0]));

        // Commits what it may.
        await service.StopAsync();
        Assert.Null(await scenario.LedgerAsync(ids[0]));
        await StartAsync(scenario);
        await scenario.IdleAsync();
        await scenario.AssertTakenAsync(ids[..1], 3);
        await scenario.AssertTakenAsync(ids[1..], 4);
    }

    [Fact]
    public async Task Instances_that_come_and_go_skip_and_reorder_nothing_that_lingers()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (ids, random) = (scenario.Ids(40), new Random(5));
        (string, string)[] settings = [("Messaging:Linger", "00:00:00.050"), ("Messaging:MaxBatchSize", "50")];
        var first = await StartAsync(scenario, settings);
        await SendAsync(1);
        var second = await StartAsync(scenario, settings);
        await SendAsync(31);
        await first.StopAsync();
        await SendAsync(61);
        await StartAsync(scenario, settings);
        await second.StopAsync();
        await SendAsync(91);

        await scenario.IdleAsync();
        await scenario.AssertTakenAsync(ids, 120);

        async Task SendAsync(int from)
        {
            for (var version = from; version < from + 30; version++)
            {
                await scenario.Wire.SendAsync(
                    scenario.Topic, ids.Select(id => (id, (byte[]?)(random.Next(4) == 0 ? Urgent(id, version) : Wire.Event(id, version)))).ToList());
            }
        }
    }

    [Theory]
    [InlineData("00:00:00.200")]
    [InlineData("00:00:00")]
    public async Task What_is_not_urgent_is_handled_when_the_linger_is_over(string linger)
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        await StartAsync(scenario, ("Messaging:Linger", linger));
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(scenario.Ids(10), 5));
        await scenario.IdleAsync();
        await scenario.AssertTakenAsync(scenario.Ids(10), 5);
        scenario.AssertUneventful();
    }

    [Fact]
    public async Task What_cannot_be_read_is_urgent_and_a_stop_leaves_what_lingers_to_the_next_start()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var ids = scenario.Ids(2);
        var service = await StartAsync(scenario, ("Messaging:Linger", "00:10:00"));
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids[..1], 3));
        await scenario.Wire.SendAsync(scenario.Topic, (ids[0], "no json"u8.ToArray()));
        await scenario.IdleAsync();
        await scenario.AssertTakenAsync(ids[..1], 3);
        Assert.Single(scenario.Wire.Read(scenario.DeadTopic));

        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids[1..], 3));
        await service.StopAsync();
        Assert.Null(await scenario.LedgerAsync(ids[1]));
        await StartAsync(scenario);
        await scenario.IdleAsync();
        await scenario.AssertTakenAsync(ids[1..], 3);
    }

    private static Task<TestService> StartAsync(Scenario scenario, params (string, string)[] settings) => scenario.StartAsync(
        messaging => messaging.Documents(Ledger.Type).Group(scenario.Group, scenario.Topic, group => group
            .On<ExpirationExpired, Ledger>(e => e.Id, Ledger.Take, isUrgent: false)
            .On<TicketReserved, Ledger>(e => e.Id, (ledger, e) => Ledger.Take(ledger, new() { Id = e.Id, OrderId = e.Id, Version = e.Version }))),
        settings);

    private static byte[] Urgent(string id, long version) => EventJson.Serialize(Ledger.Told(id, version));
}

[Collection(On.EmbeddedBroker)]
public sealed class LingerOnEmbeddedBroker(EmbeddedBrokers brokers) : LingerTests(brokers);

[Collection(On.RealKafka)]
public sealed class LingerOnRealKafka(RealBroker broker) : LingerTests(broker);
