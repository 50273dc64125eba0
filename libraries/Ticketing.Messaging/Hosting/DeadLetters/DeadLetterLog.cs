using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging;

/// <summary>
/// The dead letters of this service's groups. Kafka keeps them in order and for as long as the topic's retention; notes behind them in the
/// same partition say which were sent back or discarded.
/// </summary>
public sealed partial class DeadLetterLog
{
    private const int ListedValueBytes = 2000;
    private const int PageBytes = 1_000_000;

    private readonly string[] _topics;
    private readonly KafkaSettings _settings;
    private readonly string _group;
    private readonly EventProducer _producer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal DeadLetterLog(
        KafkaSettings settings, EventProducer producer, IEnumerable<GroupConsumer> consumers, TimeProvider time, ILogger<DeadLetterLog> logger)
    {
        (_settings, _producer, _time, _logger) = (settings, producer, time, logger);
        _topics = [.. consumers.Where(consumer => consumer.HasDeadLetters).Select(consumer => KafkaNames.DeadLetters(consumer.Topic, consumer.Group))];
        _group = consumers.FirstOrDefault()?.Group ?? settings.Name("none");
    }

    /// <summary>Whether this may be the id of a dead letter of this service.</summary>
    public bool IsId(string id) => Place(id) is not null;

    /// <summary>Those that were neither sent back nor discarded, with the beginnings of their values.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="after">The id of the last one that is known; null for the first page.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="KafkaException">The broker does not answer.</exception>
    public Task<DeadLetterPage> ListAsync(int limit, string? after, CancellationToken cancellation) =>
        Task.Run(() => List(limit, after is null ? null : Place(after), cancellation), cancellation);

    /// <summary>The whole of one, also if it was sent back or discarded; null if there is none of this id.</summary>
    /// <exception cref="KafkaException">The broker does not answer.</exception>
    public Task<DeadLetter?> FindAsync(string id, CancellationToken cancellation) => Task.Run(
        () =>
        {
            using var reader = new DeadLetterReader(_settings, _group, _topics);
            var (letter, notes) = Find(reader, id, cancellation);
            return letter?.Describe(notes);
        },
        cancellation);

    /// <summary>
    /// Sends a dead letter back to its origin topic, once, with its key and its headers. Every group of that topic reads it once more, to
    /// which it is a duplicate unless it could not handle it. Whoever wants to send it first writes a note that claims it; of several, also
    /// of several instances, the one whose note comes first does.
    /// </summary>
    /// <param name="id">The dead letter.</param>
    /// <param name="by">The user who wants it.</param>
    /// <param name="cancellation">Stops reading. What is claimed is sent all the same.</param>
    /// <returns>The dead letter, or why it was not sent.</returns>
    /// <exception cref="KafkaException">The broker does not answer, or does not take the record.</exception>
    public Task<(DeadLetter? Letter, Refusal? Refusal)> RedriveAsync(string id, string by, CancellationToken cancellation) =>
        Task.Run(() => SendBackAsync(id, by, cancellation), cancellation);

    /// <summary>
    /// Takes a dead letter off the list for good: nobody can send it back any more. Kafka keeps it as long as the others. Of a call that discards it and one that
    /// sends it back, the one whose note comes first does.
    /// </summary>
    /// <param name="id">The dead letter.</param>
    /// <param name="by">The user who does not want it.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <returns>The dead letter, or why it was not discarded.</returns>
    /// <exception cref="KafkaException">The broker does not answer, or does not take the record.</exception>
    public Task<(DeadLetter? Letter, Refusal? Refusal)> DiscardAsync(string id, string by, CancellationToken cancellation) =>
        Task.Run(() => EndAsync(id, by, cancellation), cancellation);

    private DeadLetterPage List(int limit, TopicPartitionOffset? after, CancellationToken cancellation)
    {
        using var reader = new DeadLetterReader(_settings, _group, _topics);
        var (letters, bytes) = (new List<DeadLetter>(), 0);
        foreach (var partition in reader.Partitions.SkipWhile(partition => after is not null && partition != after.TopicPartition))
        {
            var notes = reader.ReadNotes(partition, new(), cancellation);
            var from = partition == after?.TopicPartition ? after.Offset + 1 : 0;
            foreach (var record in reader.Read(partition, from, ListedValueBytes, cancellation))
            {
                if (!record.IsLetter || notes.On(record.Id) is { IsEnd: true })
                    continue;
                if (letters.Count == limit || bytes > PageBytes)
                    return new(letters, letters[^1].Id);
                letters.Add(record.Describe(notes));
                bytes += record.Bytes;
            }
        }
        return new(letters, null);
    }

    private async Task<(DeadLetter?, Refusal?)> SendBackAsync(string id, string by, CancellationToken cancellation)
    {
        using var reader = new DeadLetterReader(_settings, _group, _topics);
        var (letter, notes) = Find(reader, id, cancellation);
        var described = letter?.Describe(notes);
        if (described is { Value: null })
            return (null, new(RefusalKind.Conflict, "It has no payload that could be sent back."));
        if (await ClaimAsync(reader, letter, notes, id, by, DeadLetterHeaders.Claimed) is { } refusal)
            return (null, refusal);
        var partition = letter!.Place.TopicPartition;
        var redrives = described!.Redrives + 1;
        var sent = await DeliverAsync(new(described.Topic, Partition.Any), letter.ToOrigin(notes, redrives, by));
        // Only now: a crash before it shows the dead letter again, and who sends that sends at most a duplicate.
        await DeliverAsync(partition, new()
        {
            Headers = DeadLetterHeaders.Behind(
                [], (DeadLetterHeaders.By, by), (DeadLetterHeaders.RedriveCount, $"{redrives}"),
                (DeadLetterHeaders.SentTo, $"{sent.Partition.Value}-{sent.Offset.Value}"), (DeadLetterHeaders.Redriven, id)),
        });
        LogRedriven(id, described.Topic, by);
        return (described with { Redrives = redrives, RedrivenBy = by, RedrivenAt = _time.GetUtcNow() }, null);
    }

    private async Task<(DeadLetter?, Refusal?)> EndAsync(string id, string by, CancellationToken cancellation)
    {
        using var reader = new DeadLetterReader(_settings, _group, _topics);
        var (letter, notes) = Find(reader, id, cancellation);
        if (await ClaimAsync(reader, letter, notes, id, by, DeadLetterHeaders.Discarded) is { } refusal)
            return (null, refusal);
        LogDiscarded(id, by);
        return (letter!.Describe(notes), null);
    }

    /// <summary>Writes a note of this kind on a dead letter.</summary>
    /// <returns>Why it does not hold: another one came first, or there is no such dead letter. Null if it holds.</returns>
    private async Task<Refusal?> ClaimAsync(DeadLetterReader reader, StoredRecord? letter, DeadLetterNotes notes, string id, string by, string kind)
    {
        if (letter is null)
            return new(RefusalKind.NotFound, $"There is no dead letter '{id}'.");
        if (notes.On(id) is { } earlier && !earlier.IsOver(_time.GetUtcNow()))
            return earlier.ToRefusal();
        var partition = letter.Place.TopicPartition;
        var note = await DeliverAsync(partition, new() { Headers = DeadLetterHeaders.Behind([], (DeadLetterHeaders.By, by), (kind, id)) });
        var first = reader.ReadNotes(partition, notes, CancellationToken.None).On(id) ?? throw new KafkaException(ErrorCode.Local_TimedOut);
        return first.Offset == note.Offset ? null : first.ToRefusal();
    }

    private async Task<TopicPartitionOffset> DeliverAsync(TopicPartition to, Message<byte[]?, byte[]?> message)
    {
        var answer = await _producer.DeliverAsync(to, message, CancellationToken.None);
        return answer.Error.IsError ? throw new KafkaException(answer.Error) : answer.TopicPartitionOffset;
    }

    private (StoredRecord? Letter, DeadLetterNotes Notes) Find(DeadLetterReader reader, string id, CancellationToken cancellation) =>
        Place(id) is { } place && reader.Partitions.Contains(place.TopicPartition)
        && reader.Read(place.TopicPartition, place.Offset, int.MaxValue, cancellation).FirstOrDefault() is { IsLetter: true } letter && letter.Id == id
            ? (letter, reader.ReadNotes(place.TopicPartition, new(), cancellation))
            : (null, new());

    private TopicPartitionOffset? Place(string id) =>
        id.Split('-') is [.. var topic, var partition, var offset] && _topics.Contains(string.Join('-', topic))
        && int.TryParse(partition, CultureInfo.InvariantCulture, out var p) && long.TryParse(offset, CultureInfo.InvariantCulture, out var o)
        && new TopicPartitionOffset(string.Join('-', topic), p, o) is var place && StoredRecord.IdOf(place) == id
            ? place
            : null;

    [LoggerMessage(LogLevel.Information, "Dead letter {Id} is sent back to {Topic} by user {User}")]
    private partial void LogRedriven(string id, string topic, string user);

    [LoggerMessage(LogLevel.Information, "Dead letter {Id} is discarded by user {User}")]
    private partial void LogDiscarded(string id, string user);
}
