using System.Text;
using Ticketing.Contracts;

namespace Ticketing.Messaging.Tests;

/// <summary>What is not urgent waits for what is, but not for ever.</summary>
public abstract class LingerTests(Brokers brokers)
{
    [Fact]
    public async Task What_is_not_urgent_is_handled_with_the_next_event_that_is()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var id = scenario.Ids(1)[0];
        await StartAsync(scenario, ("Messaging:Linger", "00:10:00"));
        for (var version = 1; version <= 20; version++)
            await scenario.Wire.SendAsync(scenario.Topic, Wire.Events([id], 1, from: version));
        Assert.Null(await scenario.LedgerAsync(id));

        await scenario.Wire.SendAsync(
            scenario.Topic, (id, Encoding.UTF8.GetBytes($$"""{"type":"ticket.reserved","id":"{{id}}","orderId":"o","quantity":1,"version":21}""")));
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync([id], 20);
        Assert.Equal((1, 1), ((await scenario.LedgerAsync(id))!.Commands, (await scenario.Ledgers.LoadAsync(id))!.Revision));
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
            .On<TicketReserved, Ledger>(e => e.Id, (ledger, _) => new(ledger! with { Commands = ledger.Commands + 1 }))),
        settings);
}

[Collection(On.EmbeddedBroker)]
public sealed class LingerOnEmbeddedBroker(EmbeddedBrokers brokers) : LingerTests(brokers);

[Collection(On.RealKafka)]
public sealed class LingerOnRealKafka(RealBroker broker) : LingerTests(broker);
