using System.Diagnostics;
using Confluent.Kafka;

namespace Ticketing.Testing.Brokers;

/// <summary>Asks how far a partition reaches.</summary>
public static class Watermarks
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>The first and the next offset of a partition.</summary>
    public static WatermarkOffsets Ends<TKey, TValue>(this IConsumer<TKey, TValue> consumer, TopicPartition partition)
    {
        for (var started = Stopwatch.GetTimestamp(); ; Thread.Sleep(100))
        {
            try
            {
                return consumer.QueryWatermarkOffsets(partition, Timeout);
            }
            catch (KafkaException e) when (e.Error.Code == ErrorCode.NotLeaderForPartition && Stopwatch.GetElapsedTime(started) < Timeout)
            {
                // The topic is new, or its broker has just come back and does not lead it yet.
            }
        }
    }
}
