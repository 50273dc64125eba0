using Microsoft.Extensions.Configuration;
using Ticketing.Testing.Brokers;

namespace Ticketing.Messaging.Tests;

/// <summary>Settings of the Kafka client that cannot work are named when the service starts.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("Kafka:GroupId", "mine", "Kafka:GroupId is not read")]
    [InlineData("Kafka:BootstrapServers", "elsewhere:9092", "Kafka:BootstrapServers is not read: set ConnectionStrings:kafka.")]
    [InlineData("Kafka:Acks", "Leader", "Kafka:Acks must be All")]
    [InlineData("Kafka:EnableIdempotence", "false", "Kafka:EnableIdempotence must be true")]
    [InlineData("Kafka:EnableAutoCommit", "false", "Kafka:EnableAutoCommit must be true")]
    [InlineData("Kafka:EnableAutoOffsetStore", "true", "Kafka:EnableAutoOffsetStore must be false")]
    [InlineData("Kafka:SessionTimeoutMs", "10000", "Kafka:SessionTimeoutMs cannot be set with Kafka:GroupProtocol=Consumer", "Consumer")]
    [InlineData("Kafka:HeartbeatIntervalMs", "1000", "Kafka:HeartbeatIntervalMs cannot be set with Kafka:GroupProtocol=Consumer", "consumer")]
    [InlineData("Kafka:PartitionAssignmentStrategy", "Range", "Kafka:PartitionAssignmentStrategy cannot be set with", "Consumer")]
    [InlineData("Kafka:Prefix", "two words", "Kafka:Prefix must have at most 60 letters, digits, '.', '_' and '-'.")]
    [InlineData("Kafka:Partitions", "0", "Kafka:Partitions must be a whole number of 1 or more.")]
    // The client's own rule.
    [InlineData("Kafka:MaxInFlight", "6", "max.in.flight")]
    public async Task A_setting_that_excludes_another_or_a_promise_is_named_at_the_start(string name, string value, string says, string protocol = "Classic")
    {
        await using var scenario = await Scenario.OpenAsync(new PlainBroker());

        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => scenario.StartAsync(settings: [(name, value), ("Kafka:GroupProtocol", protocol)]));

        Assert.Contains(says, thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Kafka:Acks", "all")]
    [InlineData("Kafka:EnableIdempotence", "True")]
    public async Task What_is_so_anyway_may_be_said(string name, string value)
    {
        await using var scenario = await Scenario.OpenAsync(new EmbeddedBrokers());
        await scenario.StartAsync(settings: (name, value));
    }

    [Theory]
    [InlineData(15_000, "Classic", null)]
    // Its place is kept for it, and the client's default is longer.
    [InlineData(null, "Classic", "shop-1")]
    // The broker decides it.
    [InlineData(null, "Consumer", null)]
    public void After_an_outage_a_group_waits_for_its_former_members_for_fifteen_seconds(int? milliseconds, string protocol, string? member) => Assert.Equal(
        milliseconds,
        new KafkaSettings(new ConfigurationBuilder().AddInMemoryCollection(
            [new("ConnectionStrings:kafka", "127.0.0.1:1"), new("Kafka:GroupProtocol", protocol), new("Kafka:GroupInstanceId", member)]).Build()).Consumer("group").SessionTimeoutMs);

    /// <summary>Without settings of its own.</summary>
    private sealed class PlainBroker : Brokers
    {
        public override ValueTask<string> OpenAsync(params TestTopic[] topics) => new(EmbeddedBroker.Start(topics).BootstrapServers);
    }
}
