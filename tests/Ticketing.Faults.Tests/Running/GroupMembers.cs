using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Ticketing.Messaging;
using Ticketing.Testing;

namespace Ticketing.Faults.Tests.Running;

/// <summary>Asks a real broker who is a member of the shop's groups.</summary>
internal sealed class GroupMembers(string bootstrapServers) : IDisposable
{
    private readonly IAdminClient _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers })
        .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    /// <summary>Waits until every group has so many members, which have all partitions among them, and each some.</summary>
    public async Task ShareEverythingAsync(int members)
    {
        List<ConsumerGroupDescription> seen = [];
        await Eventually.IsAsync(
            async () => (seen = (await _admin.DescribeConsumerGroupsAsync(WholeShop.Groups.Select(group => group.Group))).ConsumerGroupDescriptions)
                .TrueForAll(group => group.State == ConsumerGroupState.Stable && group.Members.Count == members
                    && group.Members.TrueForAll(member => member.Assignment.TopicPartitions.Count > 0)
                    && group.Members.Sum(member => member.Assignment.TopicPartitions.Count) == KafkaNames.Partitions),
            () => string.Join("; ", seen.Select(group =>
                $"{group.GroupId} {group.State}: {string.Join('+', group.Members.Select(member => member.Assignment.TopicPartitions.Count))}")),
            TimeSpan.FromMinutes(2));
    }

    public void Dispose() => _admin.Dispose();
}
