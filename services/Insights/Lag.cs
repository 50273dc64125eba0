using Confluent.Kafka;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Insights;

/// <summary>How far the group is behind, all of its instances together. A client is made when somebody asks for the first time.</summary>
internal sealed class Lag(KafkaSettings settings) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    // It never subscribes, so it is no member.
    private readonly Lazy<IConsumer<Ignore, Ignore>> _reader = new(() => new ConsumerBuilder<Ignore, Ignore>(settings.Consumer(settings.Name(InsightsService.Value.Name)))
        .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build());

    /// <summary>How many records are not counted yet, by topic. It blocks.</summary>
    /// <exception cref="KafkaException">The broker does not say.</exception>
    public IReadOnlyDictionary<string, long> Read()
    {
        string[] topics = [.. InsightsService.Sources, Topics.InsightsSales];
        using var admin = new DependentAdminClientBuilder(_reader.Value.Handle).Build();
        var found = admin.GetMetadata(Timeout).Topics.ToDictionary(topic => topic.Topic, topic => topic.Partitions);
        var partitions = topics.ToDictionary(
            topic => topic,
            topic => (found.GetValueOrDefault(settings.Name(topic)) ?? []).ConvertAll(partition => new TopicPartition(settings.Name(topic), partition.PartitionId)));
        List<TopicPartition> all = [.. partitions.Values.SelectMany(own => own)];
        var committed = _reader.Value.Committed(all, Timeout).ToDictionary(one => one.TopicPartition, one => one.Offset);
        var (starts, ends) = (Find(Offset.Beginning), Find(Offset.End));
        return partitions.ToDictionary(
            topic => topic.Key,
            topic => topic.Value.Sum(one => Math.Max(0, ends[one] - (committed[one].IsSpecial ? starts[one] : committed[one].Value))));

        Dictionary<TopicPartition, long> Find(Offset place) =>
            _reader.Value.OffsetsForTimes(all.Select(one => new TopicPartitionTimestamp(one, new(place.Value, TimestampType.CreateTime))), Timeout)
                .ToDictionary(found => found.TopicPartition, found => found.Offset.Value);
    }

    public void Dispose()
    {
        if (_reader.IsValueCreated)
            _reader.Value.Dispose();
    }
}
