using System.Text;
using Confluent.Kafka;
using Ticketing.Contracts;
using Ticketing.Messaging.Consuming;
using Ticketing.Messaging.Publishing;

namespace Ticketing.Messaging.DeadLetters;

/// <summary>
/// The dead letters of this service's groups. Kafka keeps them in order and for as long as the topic's retention; one that was sent back is
/// marked so by a further record, and no longer shown.
/// </summary>
public sealed class DeadLetterLog
{
    private readonly DeadLetterReader _reader;
    private readonly EventProducer _producer;

    internal DeadLetterLog(KafkaSettings settings, EventProducer producer, IEnumerable<GroupConsumer> consumers)
    {
        _producer = producer;
        _reader = new(settings, [.. consumers.Select(consumer => Topics.DeadLetters(consumer.Topic, consumer.Group))]);
    }

    /// <summary>Those that were not sent back, oldest first.</summary>
    /// <exception cref="KafkaException">The broker does not answer.</exception>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(CancellationToken cancellation) =>
        [.. (await ReadAsync(cancellation)).Select(letter => letter.Describe())];

    /// <summary>
    /// Sends a dead letter back to its origin topic, with its key and its headers. Every group of that topic reads it once more, to which
    /// it is a duplicate unless it could not handle it.
    /// </summary>
    /// <returns>The dead letter; null if there is none of this id (any more). One without a value was not sent back.</returns>
    /// <exception cref="KafkaException">The broker does not answer, or does not take the record.</exception>
    public async Task<DeadLetter?> RedriveAsync(string id, CancellationToken cancellation)
    {
        if ((await ReadAsync(cancellation)).FirstOrDefault(letter => letter.Id == id) is not { } letter)
            return null;
        var described = letter.Describe();
        if (described.Value is null)
            return described;
        await DeliverAsync(described.Topic, letter.ToOrigin(described.Redrives + 1), cancellation);
        // Only now: a crash in between shows it again, and sends at most a duplicate.
        await DeliverAsync(letter.DeadTopic, new()
        {
            Headers = new Headers { { DeadLetterHeaders.Redriven, Encoding.UTF8.GetBytes(id) } },
        }, cancellation);
        return described with { Redrives = described.Redrives + 1 };
    }

    private async Task DeliverAsync(string topic, Message<byte[]?, byte[]?> message, CancellationToken cancellation)
    {
        var answer = await _producer.DeliverAsync(topic, message, cancellation);
        if (answer.IsError)
            throw new KafkaException(answer);
    }

    private Task<IReadOnlyList<StoredDeadLetter>> ReadAsync(CancellationToken cancellation) =>
        // The client's calls block.
        Task.Run(() => _reader.Read(cancellation), cancellation);
}
