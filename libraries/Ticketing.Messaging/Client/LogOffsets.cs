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
        this IConsumer<TKey, TValue> consumer, Offset place, IReadOnlyCollection<TopicPartition> partitions) =>
        consumer.Ask(place.Value, partitions).ToDictionary(found => found.TopicPartition, found => found.Offset.Value);

    /// <summary>
    /// Where the first record of each partition is that was sent at this time or later; the end if none was. A broker that does not find records by
    /// their time, such as the embedded one, says that there are none. Then it is the beginning. It blocks.
    /// </summary>
    /// <inheritdoc cref="Find"/>
    public static Dictionary<TopicPartition, Offset> FindSince<TKey, TValue>(
        this IConsumer<TKey, TValue> consumer, DateTimeOffset time, IReadOnlyCollection<TopicPartition> partitions)
    {
        // First: a record that comes after this is read.
        var ends = consumer.Find(Offset.End, partitions);
        var found = consumer.Ask(time.ToUnixTimeMilliseconds(), partitions).ToDictionary(one => one.TopicPartition, one => one.Offset);
        TopicPartition[] without = [.. partitions.Where(partition => found[partition].IsSpecial)];
        // Each record was sent after this.
        foreach (var any in consumer.Ask(0, without))
            found[any.TopicPartition] = any.Offset.IsSpecial ? Offset.Beginning : ends[any.TopicPartition];
        return found;
    }

    /// <summary>The offset of the first record of a partition that is not deleted. It blocks.</summary>
    /// <inheritdoc cref="Find"/>
    public static long FindStart<TKey, TValue>(this IConsumer<TKey, TValue> consumer, TopicPartition partition) =>
        consumer.Find(Offset.Beginning, [partition])[partition];

    /// <summary>The end offset of a partition. It blocks.</summary>
    /// <inheritdoc cref="Find"/>
    public static long FindEnd<TKey, TValue>(this IConsumer<TKey, TValue> consumer, TopicPartition partition) =>
        consumer.Find(Offset.End, [partition])[partition];

    private static List<TopicPartitionOffset> Ask<TKey, TValue>(this IConsumer<TKey, TValue> consumer, long time, IReadOnlyCollection<TopicPartition> partitions) =>
        partitions.Count == 0 ? [] : consumer.OffsetsForTimes(
            partitions.Select(partition => new TopicPartitionTimestamp(partition, new(time, TimestampType.CreateTime))), Timeout);
}
