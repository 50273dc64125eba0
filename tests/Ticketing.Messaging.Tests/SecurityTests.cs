using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.Messaging.Tests;

/// <summary>A broker that asks who is there: everything under <c>Kafka:</c> reaches every client of the runtime.</summary>
public sealed class SecurityTests
{
    private static readonly (string, string)[] Account =
    [
        ("Kafka:SecurityProtocol", "SaslPlaintext"), ("Kafka:SaslMechanism", "Plain"), ("Kafka:SaslUsername", "shop"), ("Kafka:ClientId", "the-shop"),
    ];

    private static readonly string[] Secured =
    [
        "listener.security.protocol.map=PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT", "inter.broker.listener.name=PLAINTEXT",
        "sasl.enabled.mechanisms=PLAIN", "sasl.mechanism.inter.broker.protocol=PLAIN",
        "listener.name.plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required "
        + "username=\"broker\" password=\"secret\" user_broker=\"secret\" user_shop=\"tickets\";",
    ];

    private static readonly string[] Guarded =
    [
        .. Secured, "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users=User:broker;User:ANONYMOUS",
    ];

    [Fact]
    public async Task A_service_signs_in_to_a_broker_that_demands_it_and_without_the_password_it_waits()
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        await using var kafka = await RealKafka.StartAsync(1, Secured);
        await using var scenario = await Scenario.OpenAsync(new SecuredBroker(kafka));

        // It creates its topics, publishes and reads: each is a client of its own.
        var stranger = await scenario.StartAsync(Ledger.TakeAndTell, [.. Account, ("Kafka:SaslPassword", "wrong")]);
        await Eventually.IsAsync(() => stranger.Logs.Count("uthentication") > 0, () => stranger.Logs.Last);
        await stranger.StopAsync();
        var service = await scenario.StartAsync(
            service => service.Documents(Ledger.Type).Publishes(Noted.TopicName)
                .On<Noted, Ledger>(e => e.Id, Ledger.TakeAndTell),
            [.. Account, ("Kafka:SaslPassword", "tickets")]);
        await service.Ledgers.ExecuteAsync("document", ledger => Ledger.Command("document", ledger));
        await Eventually.IsAsync(
            () => service.InFlight.Outbox == 0 && service.Logs.Count("assigned") > 0, () => service.Logs.Last);
    }

    [Fact]
    public async Task Events_of_a_service_that_may_not_write_wait_until_it_may_although_that_is_fatal_to_its_producer()
    {
        const int Events = 20;
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        await using var kafka = await RealKafka.StartAsync(1, Guarded);
        using var admin = new AdminClientBuilder(Administrator<AdminClientConfig>(kafka)).Build();
        await AllowAsync(admin, ResourceType.Topic, AclOperation.Create, AclOperation.Describe, AclOperation.Read);
        await AllowAsync(admin, ResourceType.Group, AclOperation.Read);
        await using var scenario = await Scenario.OpenAsync(new SecuredBroker(kafka));
        var service = await scenario.StartAsync(
            service => service.Documents(Ledger.Type),
            // There is room for less than waits: what failed must not keep its place.
            [.. Account, ("Kafka:SaslPassword", "tickets"), ("Messaging:MaxBackoff", "00:00:00.100"), ("Kafka:QueueBufferingMaxMessages", "2")]);
        var ids = scenario.Ids(3);

        await RunAsync();
        // Not only the first one: the producer that replaces it is no better off.
        await Eventually.IsAsync(() => service.Logs.Count("replaced after a fatal error") > 1, () => service.Logs.Last);
        await RunAsync();
        await AllowAsync(admin, ResourceType.Topic, AclOperation.Write);
        await Eventually.IsAsync(scenario.OutboxesAreEmptyAsync, () => service.Logs.Last);

        var reading = Administrator<ConsumerConfig>(kafka);
        reading.GroupId = "reader";
        using var reader = new ConsumerBuilder<string, byte[]>(reading).Build();
        reader.Assign(Enumerable.Range(0, 6).Select(partition => new TopicPartitionOffset(scenario.OutTopic, partition, Offset.Beginning)));
        var told = new List<(string Key, string Id)>();
        while (told.Count < ids.Length * Events && reader.Consume(TimeSpan.FromSeconds(20)) is { } record)
            told.Add((record.Message.Key, Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes("ce_id"))));
        Assert.All(ids, id => Assert.Equal(
            Enumerable.Range(1, Events).Select(revision => $"ledgers/{id}/{revision}.0"), told.Where(one => one.Key == id).Select(one => one.Id)));

        async Task RunAsync()
        {
            for (var i = 0; i < Events / 2; i++)
                foreach (var id in ids)
                    await service.Ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        }
    }

    [Fact]
    public async Task A_dead_letter_topic_that_cannot_be_made_or_written_is_told_by_the_health_until_it_can()
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        await using var kafka = await RealKafka.StartAsync(1, Guarded);
        using var admin = new AdminClientBuilder(Administrator<AdminClientConfig>(kafka)).Build();
        await AllowAsync(admin, ResourceType.Topic, AclOperation.Describe, AclOperation.Read);
        await AllowAsync(admin, ResourceType.Group, AclOperation.Read);
        await using var scenario = await Scenario.OpenAsync(new SecuredBroker(kafka));
        await admin.CreateTopicsAsync(((string[])[scenario.Topic, scenario.OutTopic]).Select(topic => new TopicSpecification { Name = topic, NumPartitions = 6, ReplicationFactor = 1 }));
        var service = await scenario.StartAsync(
            settings: [.. Account, ("Kafka:SaslPassword", "tickets"), ("Messaging:MaxBackoff", "00:00:00.100")]);
        await BecomesAsync(HealthStatus.Degraded, $"Topic {scenario.DeadTopic} cannot be created: Authorization failed.");

        using var producer = new ProducerBuilder<string, byte[]>(Administrator<ProducerConfig>(kafka)).Build();
        await producer.ProduceAsync(scenario.Topic, new() { Key = "a", Value = "poison"u8.ToArray() });
        await producer.ProduceAsync(scenario.Topic, new() { Key = "a", Value = Wire.Event("a", 1) });
        await AllowAsync(admin, ResourceType.Topic, AclOperation.Create);
        await BecomesAsync(HealthStatus.Degraded, $"{scenario.Group} waits until {scenario.DeadTopic} takes a dead letter: ");

        await AllowAsync(admin, ResourceType.Topic, AclOperation.Write);
        await BecomesAsync(HealthStatus.Healthy, "");
        await Eventually.IsAsync(async () => (await scenario.LedgerAsync("a"))?.Last == 1, () => service.Logs.Last);
        Assert.Equal("poison", Assert.Single((await service.Get<DeadLetterLog>().ListAsync(50, null, TestContext.Current.CancellationToken)).Letters).Value);

        // A topic that it may not see or change, and which must be compacted.
        var teller = await scenario.StartAsync(
            _ => new Service("teller").PublishesState(Told.TopicName), [.. Account, ("Kafka:SaslPassword", "tickets"), ("Messaging:MaxBackoff", "00:00:00.100")]);
        await BecomesAsync(HealthStatus.Degraded, $"Whether {scenario.OutTopic} is compacted is not known, or it cannot be made so: ", teller);
        Assert.Equal(1, teller.Logs.Count($"{scenario.OutTopic} must be compacted"));
        await AllowAsync(admin, ResourceType.Topic, AclOperation.DescribeConfigs, AclOperation.AlterConfigs);
        await BecomesAsync(HealthStatus.Healthy, "", teller);

        async Task BecomesAsync(HealthStatus status, string why, TestService? of = null)
        {
            var health = default(HealthReportEntry);
            await Eventually.IsAsync(
                async () => (health = (await (of ?? service).Get<HealthCheckService>().CheckHealthAsync()).Entries["kafka"]).Status == status
                    && (health.Description ?? "").StartsWith(why, StringComparison.Ordinal),
                () => $"{health.Status}: {health.Description}{(of ?? service).Logs.Last}", TimeSpan.FromSeconds(60));
        }
    }

    private static Task AllowAsync(IAdminClient admin, ResourceType resource, params AclOperation[] operations) =>
        admin.CreateAclsAsync(operations.Select(operation => new AclBinding
        {
            Pattern = new() { Type = resource, Name = "*", ResourcePatternType = ResourcePatternType.Literal },
            Entry = new() { Principal = "User:shop", Host = "*", Operation = operation, PermissionType = AclPermissionType.Allow },
        }));

    private static T Administrator<T>(RealKafka kafka)
        where T : ClientConfig, new() => new()
        {
            BootstrapServers = kafka.BootstrapServers,
            SecurityProtocol = SecurityProtocol.SaslPlaintext,
            SaslMechanism = SaslMechanism.Plain,
            SaslUsername = "broker",
            SaslPassword = "secret",
        };

    private sealed class SecuredBroker(RealKafka kafka) : Brokers
    {
        // The service makes them: the tests' own clients have no account.
        public override ValueTask<string> OpenAsync(params TestTopic[] topics) => new(kafka.BootstrapServers);
    }
}
