using Ticketing.Contracts;

namespace Ticketing.Standalone.Kafka;

/// <summary>A topic as it is to be created.</summary>
internal sealed record TopicLayout(string Name, int Partitions)
{
    /// <summary>Every topic of the shop: the services' events, and the dead letters of each consumer group.</summary>
    public static IReadOnlyList<TopicLayout> All { get; } =
    [
        .. Topics.All.Select(topic => new TopicLayout(topic, Topics.Partitions)),
        .. ConsumerGroups.All.Select(group => new TopicLayout(Topics.DeadLetters(group.Topic, group.Group), 1)),
    ];
}
