using Confluent.Kafka;

namespace Ticketing.Messaging;

/// <summary>
/// Asks how far logs reach. A query for watermarks may hang while a partition gets another leader (librdkafka 2.16, whatever its timeout), and the
/// admin client's ListOffsets crashed the process now and then. This is one request for each broker, with a place in the log instead of a time.
/// </summary>
internal static class LogOffsets
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>The offsets of a place, <see cref="Offset.Beginning"/> or <see cref="Offset.End"/>, in these partitions. It blocks.</summary>
    /// <exception cref="KafkaException">Not all of them are known now.</exception>
    public static Dictionary<TopicPartition, long> Find<TKey, TValue>(
        this IConsumer<TKey, TValue> consumer, Offset place, IReadOnlyCollection<TopicPartition> partitions) => partitions.Count == 0
        ? []
        : consumer.OffsetsForTimes(partitions.Select(partition => new TopicPartitionTimestamp(partition, new(place.Value, TimestampType.CreateTime))), Timeout)
            .ToDictionary(found => found.TopicPartition, found => found.Offset.Value);

    /// <summary>The end offset of a partition. It blocks.</summary>
    /// <inheritdoc cref="Find"/>
    public static long FindEnd<TKey, TValue>(this IConsumer<TKey, TValue> consumer, TopicPartition partition) =>
        consumer.Find(Offset.End, [partition])[partition];
}
