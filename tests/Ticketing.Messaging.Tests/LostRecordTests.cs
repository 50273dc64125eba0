using System.Text.Json.Serialization;
using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Documents;
using Ticketing.Messaging.Tests.Telemetry;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.Messaging.Tests;

/// <summary>Topics that lose records: by whom it is noticed, and that the state of documents is told again. With a Kafka of their own.</summary>
public sealed partial class LostRecordTests(RealBroker broker) : IClassFixture<RealBroker>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_topic_that_is_deleted_and_made_again_gets_the_state_of_every_document(bool meanwhile)
    {
        using var exported = new Exported();
        await using var scenario = await Scenario.OpenAsync(broker);
        var service = await StartAsync(scenario);
        var ids = scenario.Ids(450);
        foreach (var id in ids)
            for (var i = 0; i < 2; i++)
                await service.Get<Repository<Named>>().ExecuteAsync(id, named => Named.Next(id, named));
        await PublishedAsync(service);
        // One that has nothing to tell.
        await service.Get<Repository<Named>>().ExecuteAsync("silent", _ => new(new Named("silent", 0)));
        await KnownAsync(log => log.Ends.Sum() >= 2 * ids.Length);

        if (!meanwhile)
            await service.StopAsync();
        await scenario.DeleteAsync(scenario.OutTopic);
        await (await broker.Kafka).CreateTopicsAsync(new TestTopic(scenario.OutTopic));
        if (!meanwhile)
            service = await StartAsync(scenario);

        await Eventually.IsAsync(
            () =>
            {
                try
                {
                    return Versions(scenario, ids).Count == ids.Length;
                }
                catch (KafkaException)
                {
                    // A topic that was made this moment has no leaders yet.
                    return false;
                }
            }, () => service.Logs.Last);
        Assert.All(Versions(scenario, ids), told => Assert.Equal([2], told.Value.Distinct()));
        Assert.Equal(1, service.Logs.Count($"Topic {scenario.OutTopic} has lost records"));
        await KnownAsync(log => !log.IsRetelling);
        // It is over: a service that waits until others are healthy need not wait for that.
        var health = (await service.Get<HealthCheckService>().CheckHealthAsync()).Entries["kafka"];
        Assert.Equal((HealthStatus.Healthy, $"{scenario.OutTopic} has lost records. The state of every document was told again."), (health.Status, health.Description));
        Assert.Equal(1, exported.Value("ticketing.log.losses", "messaging.destination.name", scenario.OutTopic));

        Task<PublishedLog> KnownAsync(Func<PublishedLog, bool> wanted) => LogAsync(scenario, wanted, service);
    }

    [Fact]
    public async Task A_loss_is_noticed_although_the_log_has_grown_beyond_its_old_end_again()
    {
        await using var scenario = await Scenario.OpenAsync(broker);
        // Nobody looks at the log meanwhile.
        var service = await StartAsync(scenario, "01:00:00");
        var ids = scenario.Ids(30);
        await ChangeAsync(ids, 1);

        await scenario.DeleteAsync(scenario.OutTopic);
        await (await broker.Kafka).CreateTopicsAsync(new TestTopic(scenario.OutTopic));
        await ChangeAsync(ids[..20], 5);

        await Eventually.IsAsync(() => Versions(scenario, ids).Count == ids.Length, () => service.Logs.Last);
        Assert.All(ids[20..], id => Assert.Equal([1], Versions(scenario, [id])[id].Distinct()));
        Assert.Equal(1, service.Logs.Count($"Topic {scenario.OutTopic} has lost records"));

        async Task ChangeAsync(string[] ids, int times)
        {
            for (var i = 0; i < times; i++)
                foreach (var id in ids)
                    await service.Get<Repository<Named>>().ExecuteAsync(id, named => Named.Next(id, named));
            await PublishedAsync(service);
        }
    }

    [Theory]
    [InlineData("00:00:00.050")]
    // Nobody looks at the log but for what is published.
    [InlineData("01:00:00")]
    public async Task A_broker_that_forgets_is_noticed_by_the_next_run(string lagPeriod)
    {
        await using var scenario = await Scenario.OpenAsync(new EmbeddedBrokers());
        var service = await StartAsync(scenario, lagPeriod);
        var ids = scenario.Ids(10);
        foreach (var id in ids)
            await service.Get<Repository<Named>>().ExecuteAsync(id, named => Named.Next(id, named));
        await PublishedAsync(service);
        await LogAsync(scenario, log => log.Ends.Any(end => end > 0), service);
        await service.StopAsync();

        await using var next = await Scenario.OpenAsync(new EmbeddedBrokers());
        next.Database = scenario.Database;
        service = await StartAsync(next);

        await Eventually.IsAsync(() => Versions(next, ids).Count == ids.Length, () => service.Logs.Last);
    }

    [Fact]
    public async Task A_loss_is_noticed_by_a_process_that_at_once_publishes_more_than_was_lost()
    {
        await using var scenario = await Scenario.OpenAsync(new EmbeddedBrokers());
        var (ids, waiting) = (scenario.Ids(10), scenario.Ids(200, "waiting"));
        var service = await StartAsync(scenario);
        foreach (var id in ids)
            await service.Get<Repository<Named>>().ExecuteAsync(id, named => Named.Next(id, named));
        await PublishedAsync(service);
        await service.StopAsync();
        await scenario.Database.Store(Named.Type).WriteManyAsync([.. waiting.Select(id => new Document<Named>(
            id, 1, new(id, 1), [new(1, $"{Named.Type.Name}/{id}/1.0", Told.TopicName, id, "told", Wire.Bytes(Ledger.Told(id, 1)), DateTimeOffset.UtcNow)]))]);

        await using var next = await Scenario.OpenAsync(new EmbeddedBrokers());
        var (looks, early) = (0, 0);
        next.Database = new FaultyDatabase(scenario.Database)
        {
            // Nobody looks at the log before there is more in it than there was in the lost one. The first look is at what is stored only.
            Loading = async loaded =>
            {
                if (!loaded.Contains(Told.TopicName))
                    return;
                if (Interlocked.Increment(ref looks) > 1)
                {
                    await Eventually.IsAsync(() => Versions(next, waiting).Count == waiting.Length, () => "what waits is not told");
                    return;
                }
                // Longer than what waits would need.
                await Task.Delay(TimeSpan.FromMilliseconds(500));
                early = Versions(next, waiting).Count;
            },
        };
        service = await StartAsync(next);

        await Eventually.IsAsync(() => Versions(next, ids).Count == ids.Length, () => service.Logs.Last);
        Assert.Equal(0, early);
    }

    [Fact]
    public async Task What_a_log_begins_with_stays_in_its_document_until_its_loss_would_be_noticed()
    {
        await using var scenario = await Scenario.OpenAsync(new EmbeddedBrokers());
        var documents = scenario.Database.Store(Named.Type);
        var unpublished = new List<int>();
        scenario.Database = new FaultyDatabase(scenario.Database)
        {
            Writing = async state =>
            {
                if (state is not PublishedLog log || log.Ends.All(end => end == 0))
                    return;
                // Longer than outboxes wait to be emptied.
                await Task.Delay(TimeSpan.FromMilliseconds(300));
                unpublished.Add((await documents.FindUnpublishedAsync(1)).Count);
            },
        };
        var service = await StartAsync(scenario, "01:00:00");

        var id = scenario.Ids(1)[0];
        await service.Get<Repository<Named>>().ExecuteAsync(id, named => Named.Next(id, named));
        await PublishedAsync(service);
        await Eventually.IsAsync(() => unpublished.Count > 0, () => service.Logs.Last);

        Assert.Equal(1, unpublished[0]);
        Assert.Empty(await documents.FindUnpublishedAsync(1));
    }

    [Fact]
    public async Task Instances_that_look_at_different_times_do_not_take_the_growth_of_a_log_for_a_loss()
    {
        await using var scenario = await Scenario.OpenAsync(broker);
        TestService[] services = [await StartAsync(scenario, "00:00:00.001"), await StartAsync(scenario, "00:00:00.001"), await StartAsync(scenario, "00:00:00.001")];
        var ids = scenario.Ids(50);

        for (var i = 0; i < 60; i++)
            await Task.WhenAll(ids.Select(id => services[i % 3].Get<Repository<Named>>().ExecuteAsync(id, named => Named.Next(id, named)).AsTask()));
        await PublishedAsync(services[0]);

        Assert.All(services, service => Assert.Equal(0, service.Logs.Count("has lost records")));
        Assert.All(Versions(scenario, ids), told => Assert.Equal(Enumerable.Range(1, 60).Select(v => (long)v), told.Value.Distinct()));
    }

    [Fact]
    public async Task An_operator_lets_a_service_tell_the_state_of_every_document_again()
    {
        await using var scenario = await Scenario.OpenAsync(broker);
        var service = await StartAsync(scenario);
        var id = scenario.Ids(1)[0];
        await service.Get<Repository<Named>>().ExecuteAsync(id, named => Named.Next(id, named));
        await PublishedAsync(service);

        Assert.Equal([scenario.OutTopic], await service.Get<PublishedLogs>().RetellAsync("operator", TestContext.Current.CancellationToken));

        await Eventually.IsAsync(() => scenario.ReadTold(id).Count == 2, () => service.Logs.Last);
        var told = scenario.ReadTold(id);
        Assert.Equal(told[0].Text, told[1].Text);
        Assert.NotEqual(told[0]["ce_id"], told[1]["ce_id"]);
        // Nothing was lost.
        Assert.Equal(HealthStatus.Healthy, (await service.Get<HealthCheckService>().CheckHealthAsync()).Entries["kafka"].Status);
    }

    [Fact]
    public async Task Records_that_are_deleted_before_their_group_has_read_them_are_told()
    {
        using var exported = new Exported();
        await using var scenario = await Scenario.OpenAsync(broker);
        using var admin = scenario.Admin();
        var ids = scenario.Ids(20);
        var service = await scenario.StartAsync();
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 5));
        await scenario.IdleAsync();
        await service.StopAsync();

        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 5, from: 6));
        await admin.DeleteRecordsAsync(Enumerable.Range(0, 6).Select(partition => new TopicPartitionOffset(scenario.Topic, partition, Offset.End)));
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 1, from: 11));
        service = await scenario.StartAsync();
        await scenario.IdleAsync();

        Assert.InRange(service.Logs.Count("are gone, and were not read"), 1, 6);
        var health = (await service.Get<HealthCheckService>().CheckHealthAsync()).Entries["kafka"];
        Assert.Equal(HealthStatus.Healthy, health.Status);
        Assert.Matches($"^{scenario.Group}: records [0-9]+ to [0-9]+ of partition [0-5] are gone, and were not read.$", health.Description);
        Assert.True(exported.Value("ticketing.log.losses", "messaging.consumer.group.name", scenario.Group) >= 1);
        Assert.All(ids, id => Assert.Equal((11, 1), (scenario.LedgerAsync(id).Result!.Last, scenario.LedgerAsync(id).Result!.Gaps)));
    }

    [Fact]
    public async Task A_group_takes_back_what_it_committed_of_a_log_that_is_lost()
    {
        await using var scenario = await Scenario.OpenAsync(broker);
        var ids = scenario.Ids(12);
        var service = await scenario.StartAsync();
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 10));
        await scenario.IdleAsync();

        await scenario.DeleteAsync(scenario.Topic);
        await (await broker.Kafka).CreateTopicsAsync(new TestTopic(scenario.Topic));
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 1, from: 11));
        await LastIsAsync(11);
        await service.StopAsync();
        // The next member begins where the group is in this log, and not where it was in the lost one.
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 20, from: 12));
        service = await scenario.StartAsync();

        await LastIsAsync(31);
        Assert.All(ids, id => Assert.Equal(0, scenario.LedgerAsync(id).Result!.Gaps));

        Task LastIsAsync(int version) => Eventually.IsAsync(
            async () => (await scenario.Ledgers.LoadManyAsync(ids)).Values.Count(ledger => ledger.State.Last == version) == ids.Length, () => service.Logs.Last);
    }

    [Fact]
    public async Task What_a_client_holds_that_is_replaced_has_failed_and_the_next_one_goes_on()
    {
        await using var scenario = await Scenario.OpenAsync(broker);
        var producer = (await scenario.StartAsync()).Get<EventProducer>();
        var cancellation = TestContext.Current.CancellationToken;
        // It waits, as there is no such topic yet.
        var held = producer.DeliverAsync(new($"{scenario.OutTopic}-missing", 0), new(), cancellation);

        producer.Renew(scenario.OutTopic);

        Assert.Equal(ErrorCode.Local_Outdated, (await held).Error.Code);
        Assert.Equal(0, producer.Waiting);
        Assert.False((await producer.DeliverAsync(new(scenario.OutTopic, 0), new(), cancellation)).Error.IsError);
    }

    private static Task<TestService> StartAsync(Scenario scenario, string lagPeriod = "00:00:00.050") => scenario.StartAsync(
        service => service.Documents(Named.Type, named => named.Tell()), ("Messaging:LagPeriod", lagPeriod));

    private static Task PublishedAsync(TestService service) => Eventually.IsAsync(() => service.InFlight.Outbox == 0, () => service.Logs.Last);

    /// <summary>Waits until the topic is known as it should be.</summary>
    private static async Task<PublishedLog> LogAsync(Scenario scenario, Func<PublishedLog, bool> wanted, TestService service)
    {
        PublishedLog? log = null;
        await Eventually.IsAsync(
            async () => (log = (await scenario.Database.Store(PublishedLog.Type).LoadAsync(Told.TopicName))?.State) is not null && wanted(log),
            () => $"{log} with the ends {string.Join(", ", log?.Ends ?? [])}: {service.Logs.Last}");
        return log!;
    }

    private static Dictionary<string, List<long>> Versions(Scenario scenario, string[] ids) => scenario.ReadTold()
        .Where(record => ids.Contains(record.Key)).GroupBy(record => record.Key!).ToDictionary(same => same.Key, same => same.Select(record => record.Version).ToList());

    /// <summary>A document that tells of itself.</summary>
    internal sealed record Named(string Id, long Version)
    {
        public static DocumentType<Named> Type { get; } = new("named", NamedJson.Default.Named);

        public static Decision<Named> Next(string id, Named? named)
        {
            var next = new Named(id, (named?.Version ?? 0) + 1);
            return new(next, Ledger.Told(id, next.Version));
        }

        public IReadOnlyList<IEvent> Tell() => Version == 0 ? [] : [Ledger.Told(Id, Version)];
    }

    [JsonSerializable(typeof(Named))]
    internal sealed partial class NamedJson : JsonSerializerContext;
}
