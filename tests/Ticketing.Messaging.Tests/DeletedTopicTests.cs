using System.Text.RegularExpressions;
using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Documents;
using Ticketing.Testing;

namespace Ticketing.Messaging.Tests;

/// <summary>Topics that are deleted while a service runs that publishes to them and reads them; on a broker that makes topics by itself.</summary>
[Collection(On.RealKafka)]
public sealed partial class DeletedTopicTests(RealBroker broker)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    // A producer waits for a topic that is gone while it knows it for less than this. Otherwise its messages fail.
    [Theory]
    [InlineData("Kafka:TopicMetadataPropagationMaxMs", "30000")]
    [InlineData("Kafka:TopicMetadataPropagationMaxMs", "0")]
    [InlineData("Kafka:GroupProtocol", "Consumer")]
    public async Task Deleted_topics_are_made_again_with_their_partitions_and_what_waits_is_published_and_read(string setting, string value)
    {
        await using var scenario = await Scenario.OpenAsync(broker);
        var ids = scenario.Ids(30, "k");
        using var admin = scenario.Admin();
        var service = await StartAsync(scenario, (setting, value));
        await PublishAsync(scenario, ids, 1, 5);
        await Eventually.IsAsync(() => AreReadAsync(scenario, ids, 1, 5), () => service.Logs.Last);

        await scenario.DeleteAsync(scenario.Topic, scenario.DeadTopic);
        // More than was there before, so that every place in the old log is one in the new log, too.
        await PublishAsync(scenario, ids, 6, 40);
        // This broker makes a topic that a producer asks for, with one partition. Ours does not ask for that.
        // By then it may be made again on a slow machine. Otherwise, to look at the health is what notices first.
        if (value == "0")
            await Eventually.IsAsync(() => service.Logs.Count("failed 1 times") > 0, () => service.Logs.Last);
        else
            await BecomesAsync(service, HealthStatus.Degraded, $"Topic {scenario.Topic} is missing. Topic {scenario.DeadTopic} is missing.");
        await BecomesAsync(service, HealthStatus.Healthy, null);
        Assert.Equal((6, 1), (Partitions(admin, scenario.Topic), Partitions(admin, scenario.DeadTopic)));

        await scenario.Wire.SendAsync(scenario.Topic, (ids[0], "poison"u8.ToArray()));
        await Eventually.IsAsync(() => AreReadAsync(scenario, ids, 6, 40), () => service.Logs.Last);
        await Eventually.IsAsync(() => scenario.Wire.Read(scenario.DeadTopic).Exists(letter => letter.Text == "poison"), () => service.Logs.Last);
        Assert.Equal(
            ids.SelectMany(id => Enumerable.Range(6, 35).Select(version => (id, (long)version))).Order(),
            scenario.Wire.Read(scenario.Topic).Where(record => record.Text != "poison").Select(record => (record.Key!, record.Version)).Distinct().Order());
    }

    [Fact]
    public async Task A_topic_that_somebody_else_made_again_with_too_few_partitions_is_told_by_the_health()
    {
        await using var scenario = await Scenario.OpenAsync(broker);
        var ids = scenario.Ids(30, "k");
        using var admin = scenario.Admin();
        var service = await StartAsync(scenario);
        await BecomesAsync(service, HealthStatus.Healthy, null);

        await scenario.DeleteAsync(scenario.Topic);
        foreach (var record in Wire.Events(ids, 1))
            await SendAsync(scenario, record);
        await BecomesAsync(service, HealthStatus.Degraded, $"Topic {scenario.Topic} has 1 of 6 partitions.");
        await PublishAsync(scenario, ids, 2, 5);
        await Eventually.IsAsync(() => AreReadAsync(scenario, ids, 1, 5), () => service.Logs.Last);

        await admin.CreatePartitionsAsync([new() { Topic = scenario.Topic, IncreaseTo = 6 }]);
        await BecomesAsync(service, HealthStatus.Healthy, null);
    }

    // It reads what it publishes itself.
    private static Task<TestService> StartAsync(Scenario scenario, params (string, string)[] settings) => scenario.StartAsync(
        service => service.Documents(Ledger.Type).Publishes(Noted.TopicName)
            .On<Noted, Ledger>(e => e.Id, Ledger.Note),
        [("Messaging:RepublishAfter", "00:00:00"), ("Messaging:MaxBackoff", "00:00:01"), .. settings]);

    // As another instance would leave them: in the outboxes of documents, one for each key.
    private static async Task PublishAsync(Scenario scenario, string[] ids, int from, int to) => await scenario.Ledgers.WriteManyAsync(
        [
            .. ids.Select(id => new Document<Ledger>(
                $"{id}-from-{from}", 1, new(0, 0, 0, []), [.. Enumerable.Range(from, to - from + 1).Select(version => Unpublished(scenario, id, version))])),
        ]);

    // The topic may lose its partitions between the client's choice of one and its request.
    private static async Task SendAsync(Scenario scenario, (string, byte[]?) record)
    {
        while (true)
        {
            try
            {
                await scenario.Wire.SendAsync(scenario.Topic, record);
                return;
            }
            catch (ProduceException<string?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_UnknownPartition)
            {
                // The next choice is among those that there are.
            }
        }
    }

    private static OutboxEvent Unpublished(Scenario scenario, string id, int version) => new(
        1, $"ledgers/{id}/{version}.0", Noted.TopicName, id, Noted.TypeName, Wire.Event(id, version), DateTimeOffset.UtcNow);

    private static async ValueTask<bool> AreReadAsync(Scenario scenario, string[] ids, int from, int to)
    {
        var ledgers = await scenario.Ledgers.LoadManyAsync(ids);
        return ids.All(id => ledgers.TryGetValue(id, out var ledger)
            && Enumerable.Range(from, to - from + 1).All(version => ledger.State.Calls.Contains(version)));
    }

    private static async Task BecomesAsync(TestService service, HealthStatus status, string? why)
    {
        var health = default(HealthReportEntry);
        await Eventually.IsAsync(
            async () =>
            {
                health = (await service.Get<HealthCheckService>().CheckHealthAsync()).Entries["kafka"];
                // That records are lost is told besides, and for longer (LostRecordTests).
                var rest = LossIsTold().Replace(health.Description ?? "", "");
                return (rest.Length == 0 ? HealthStatus.Healthy : health.Status, rest) == (status, why ?? "");
            },
            () => $"{health.Status}: {health.Description}{service.Logs.Last}");
    }

    [GeneratedRegex(@" ?\S+ has lost records\. The state of every document (is|was) told again\.| ?\S+: partition [0-9]+ has lost records: [0-9]+ was to come, and [0-9]+ (comes|is the end)\.")]
    private static partial Regex LossIsTold();

    private static int Partitions(IAdminClient admin, string name) => admin.GetMetadata(Timeout).Topics.Single(topic => topic.Topic == name).Partitions.Count;
}
