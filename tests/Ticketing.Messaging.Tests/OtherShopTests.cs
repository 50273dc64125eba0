using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Documents.Memory;
using Ticketing.Testing;

namespace Ticketing.Messaging.Tests;

/// <summary>Two shops on one cluster.</summary>
[Collection(On.RealKafka)]
public sealed class OtherShopTests(RealBroker broker)
{
    [Fact]
    public async Task Two_shops_that_use_the_same_topics_are_told_of_it()
    {
        await using var scenario = await Scenario.OpenAsync(broker);
        var (id, one) = (scenario.Ids(1)[0], await StartAsync(scenario));
        scenario.Database = new MemoryDatabase();
        var other = await StartAsync(scenario);
        for (var turn = 0; turn < 5; turn++)
            foreach (var service in (TestService[])[one, other])
                await PublishAsync(service, id);

        await Eventually.IsAsync(
            () => one.Logs.Count("events of two shops alternate") + other.Logs.Count("events of two shops alternate") > 0,
            () => one.Logs.Last + other.Logs.Last);
        var reader = one.Logs.Count("events of two shops alternate") > 0 ? one : other;
        var health = (await reader.Get<HealthCheckService>().CheckHealthAsync()).Entries["kafka"];
        Assert.Equal(
            (HealthStatus.Degraded, $"{scenario.OnCluster("testing-out")}: events of two shops alternate on {scenario.OutTopic}. Give each shop a Kafka:Prefix of its own."),
            (health.Status, health.Description));
    }

    [Fact]
    public async Task A_shop_that_begins_anew_is_no_other_shop()
    {
        await using var scenario = await Scenario.OpenAsync(broker);
        var id = scenario.Ids(1)[0];
        TestService? service = null;
        for (var turn = 0; turn < 5; turn++)
        {
            scenario.Database = new MemoryDatabase();
            service = await StartAsync(scenario);
            await PublishAsync(service, id);
            await PublishAsync(service, id);
            await NothingInFlight.WaitAsync(scenario.BootstrapServers, [(scenario.OnCluster("testing-out"), scenario.OutTopic)], scenario.OutboxesAreEmptyAsync);
            Assert.Equal(0, service.Logs.Count("events of two shops"));
            await service.StopAsync();
        }
        Assert.Equal(5, scenario.ReadTold().Select(record => record["ce_storeid"]).Distinct().Count());
    }

    // It reads what it publishes itself.
    private static async Task<TestService> StartAsync(Scenario scenario)
    {
        var service = await scenario.StartAsync(
            service => service.Documents(Ledger.Type).On<Told, Ledger>(e => e.Id, (_, _) => Decision<Ledger>.Nothing), ("Messaging:LagPeriod", "00:00:00.050"));
        var logs = scenario.Database.Store(PublishedLog.Type);
        await Eventually.IsAsync(async () => (await logs.LoadAsync(Told.TopicName))?.State.StoreId is not null, () => service.Logs.Last);
        return service;
    }

    private static async Task PublishAsync(TestService service, string id)
    {
        await service.Ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        await Eventually.IsAsync(() => service.InFlight.Outbox == 0, () => service.Logs.Last);
    }
}
