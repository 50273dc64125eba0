using Confluent.Kafka;

namespace Ticketing.Messaging;

/// <summary>Reads dead-letter topics outside of any group, one record at a time: none is kept by it.</summary>
internal sealed class DeadLetterReader : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly IConsumer<byte[]?, Payload> _consumer;
    private readonly PayloadDeserializer _payloads = new();

    /// <param name="settings">How to reach the broker.</param>
    /// <param name="group">A group that this service may read: the client wants to know its coordinator. It does not become a member.</param>
    /// <param name="topics">The topics.</param>
    public DeadLetterReader(KafkaSettings settings, string group, IEnumerable<string> topics)
    {
        var config = settings.Consumer(group);
        config.EnableAutoCommit = false;
        config.EnablePartitionEof = true;
        config.AllowAutoCreateTopics = false;
        config.ConsumeResultFields = "all";
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        // What the client reads ahead is memory; a single record may be larger.
        config.QueuedMaxMessagesKbytes = 1024;
        // Nobody waits at the end for more.
        config.FetchWaitMaxMs = 10;
        _consumer = new ConsumerBuilder<byte[]?, Payload>(config).SetValueDeserializer(_payloads)
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using var client = new DependentAdminClientBuilder(_consumer.Handle).Build();
        var existing = client.GetMetadata(Timeout).Topics.ToDictionary(topic => topic.Topic, topic => topic.Partitions);
        Partitions = [.. topics.SelectMany(topic => existing.GetValueOrDefault(topic, [])
            .Select(p => p.PartitionId).Order().Select(p => new TopicPartition(topic, p)))];
    }

    public IReadOnlyList<TopicPartition> Partitions { get; }

    /// <summary>Adds the notes of a partition that came since those were read.</summary>
    public DeadLetterNotes ReadNotes(TopicPartition partition, DeadLetterNotes notes, CancellationToken cancellation)
    {
        foreach (var record in Read(partition, notes.End, keep: 0, cancellation))
        {
            notes.End = record.Place.Offset + 1;
            if (record.Note is { } note)
                notes.Add(note);
        }
        return notes;
    }

    /// <summary>The records of a partition from an offset on to its end.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="from">The first offset that is wanted; it need not be there any more.</param>
    /// <param name="keep">How many bytes of a value are wanted.</param>
    /// <param name="cancellation">Stops reading.</param>
    public IEnumerable<StoredRecord> Read(TopicPartition partition, long from, int keep, CancellationToken cancellation)
    {
        var end = _consumer.FindEnd(partition);
        // A consumer that begins behind the end is sent to the beginning.
        if (from >= end)
            yield break;
        _payloads.Keep = keep;
        _consumer.Assign(new TopicPartitionOffset(partition, from));
        var (next, isEnd) = (from, false);
        while (next < end)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_consumer.Consume(Timeout) is not { } result)
            {
                if (isEnd)
                    yield break;
                throw new KafkaException(ErrorCode.Local_TimedOut);
            }
            // This may be the end of the previous assignment, or of a replica that is behind. Then records still come, unless all are deleted.
            isEnd = result.IsPartitionEOF;
            if (isEnd && _consumer.FindStart(partition) >= end)
                yield break;
            if (isEnd)
                continue;
            next = result.Offset + 1;
            yield return new(new(partition, result.Offset), result.Message);
        }
    }

    public void Dispose() => _consumer.Dispose();

    private sealed class PayloadDeserializer : IDeserializer<Payload>
    {
        public int Keep { get; set; }

        public Payload Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
        {
            if (isNull)
                return default;
            var end = Math.Min(data.Length, Keep);
            // Not within a character of UTF-8.
            while (end > 0 && end < data.Length && (data[end] & 0xC0) == 0x80)
                end--;
            return new(data[..end].ToArray(), data.Length);
        }
    }
}
