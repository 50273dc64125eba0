using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>
/// Notices that a topic has lost what this service published to it: it is gone, or its log ends before a place that it had reached, or a record
/// comes to a place that was taken. The documents are still here, so the state of each is told again. Consumers ignore what they know.
/// </summary>
/// <remarks>
/// How far a log has grown is stored with the service's documents every six <see cref="MessagingOptions.LagPeriod"/>s, and when it has doubled;
/// what it begins with leaves no outbox before that. Nothing is published before this process knows how far the log had grown, so what it publishes comes
/// to a later place, or into another log.
/// </remarks>
public sealed partial class PublishedLogs : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly KafkaSettings _settings;
    private readonly string[] _topics;
    private readonly IRetold[] _documents;
    private readonly IDocumentStore<PublishedLog> _store;
    private readonly EventMessages _messages;
    private readonly LogEnds _ends;
    private readonly MessagingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _toCompare = new(0);
    private readonly SemaphoreSlim _toStore = new(0);

    // What was known of a lost log must not be stored as what the next one has.
    private readonly SemaphoreSlim _storing = new(1);
    private readonly RecentTrouble _loss;

    internal PublishedLogs(
        KafkaSettings settings, IReadOnlyList<string> topics, IEnumerable<IRetold> documents, IDocumentDatabase database, EventMessages messages,
        LogEnds ends, MessagingOptions options, TimeProvider time, ILogger<PublishedLogs> logger)
    {
        (_settings, _options, _time, _logger, _loss) = (settings, options, time, logger, new(time));
        (_topics, _documents, _messages) = ([.. topics], [.. documents], messages);
        (_store, _ends) = (database.Store(PublishedLog.Type), ends);
        foreach (var topic in _topics)
            _ends.Follow(settings.Name(topic), () => _toStore.Release());
    }

    /// <summary>What was lost, and is not told again yet; null if nothing is.</summary>
    internal string? Problem => _loss.Problem;

    /// <summary>What was lost in the last minutes, and is told again; null if nothing was.</summary>
    internal string? Notice => _loss.Notice;

    /// <summary>Tells the state of every document again, soon, although nothing is known to be lost.</summary>
    /// <param name="by">Who wants it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The topics on which it is told.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be noted.</exception>
    public async Task<IReadOnlyList<string>> RetellAsync(string by, CancellationToken cancellation)
    {
        foreach (var topic in _topics)
            await MarkAsync(topic, isRetelling: true, cancellation);
        string[] names = [.. _topics.Select(_settings.Name)];
        LogAsked(string.Join(", ", names), by);
        _toCompare.Release();
        return names;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _toCompare.Dispose();
        _toStore.Dispose();
        _storing.Dispose();
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync(StoreGrowthAsync, _toStore, stoppingToken), _topics.Length == 0 ? Task.CompletedTask : RepeatAsync(CompareAsync, _toCompare, stoppingToken));

    private async Task RepeatAsync(Func<CancellationToken, Task> work, SemaphoreSlim wake, CancellationToken stopping)
    {
        for (var failures = 0; !stopping.IsCancellationRequested;)
        {
            try
            {
                await work(stopping);
                failures = 0;
                await wake.WaitAsync(6 * _options.LagPeriod, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The broker or the store is away, which others tell.
                LogUnknown(e);
                await Task.Delay(_options.BackoffBefore(++failures), _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>
    /// Stores how far logs reach at least, or that they are lost, as this process knows from what was acknowledged. It needs no broker: one may be away, and
    /// this process end before it is back.
    /// </summary>
    private async Task StoreGrowthAsync(CancellationToken cancellation)
    {
        await _storing.WaitAsync(cancellation);
        try
        {
            if (!_ends.AreKnown.IsCompleted)
            {
                var known = await _store.LoadManyAsync(_topics, cancellation);
                _ends.Begin(known.Select(log => (_settings.Name(log.Key), log.Value.State.Ends)));
            }
            foreach (var topic in _topics)
                await StoreGrowthAsync(topic, _settings.Name(topic), cancellation);
        }
        finally
        {
            _storing.Release();
        }
    }

    private async Task StoreGrowthAsync(string topic, string name, CancellationToken cancellation)
    {
        PublishedLog known, now;
        Document<PublishedLog>? stored;
        bool lost;
        do
        {
            stored = await _store.LoadAsync(topic, cancellation);
            known = stored?.State ?? PublishedLog.Unknown;
            lost = _ends.IsLost(name);
            var acknowledged = known with { Ends = [.. _ends.Of(name)] };
            now = lost ? acknowledged with { IsRetelling = true } : known.GrownTo(acknowledged);
        }
        while (!now.IsSame(known) && !await WriteAsync(topic, stored, now, cancellation));
        _ends.Stored(name, now.Ends, lost);
        if (lost)
            _toCompare.Release();
    }

    private async Task CompareAsync(CancellationToken cancellation)
    {
        // Before the logs: it may be stored meanwhile that they have grown further.
        var known = await _store.LoadManyAsync(_topics, cancellation);
        var acknowledged = _topics.ToDictionary(topic => topic, topic => new PublishedLog([.. _ends.Of(_settings.Name(topic))]));
        foreach (var (topic, seen) in await Task.Run(Read, cancellation))
        {
            bool isRetelling;
            await _storing.WaitAsync(cancellation);
            try
            {
                isRetelling = await CompareAsync(topic, known.GetValueOrDefault(topic), acknowledged[topic], seen, cancellation);
            }
            finally
            {
                _storing.Release();
            }
            if (isRetelling)
                await RetellDocumentsAsync(topic, cancellation);
        }
    }

    /// <summary>Compares a log with what is known of it, and stores how it is now.</summary>
    /// <returns>Whether the state of every document is to be told again.</returns>
    private async Task<bool> CompareAsync(
        string topic, Document<PublishedLog>? stored, PublishedLog acknowledged, PublishedLog seen, CancellationToken cancellation)
    {
        var name = _settings.Name(topic);
        var lost = stored?.State.HasLostBy(seen) == true || acknowledged.HasLostBy(seen) || _ends.IsLost(name);
        seen = seen with { IsRetelling = lost || stored?.State.IsRetelling == true, StoreId = stored?.State.StoreId ?? PublishedLog.NewStoreId() };
        if (stored?.State.IsSame(seen) != true && !await WriteAsync(topic, stored, seen, cancellation))
        {
            // It has grown meanwhile, or another instance was faster.
            _toCompare.Release();
            return false;
        }
        _messages.IdentifyStore(topic, seen.StoreId);
        if (lost)
        {
            LogLost(name);
            MessagingMetrics.LogLosses.Add(1, new KeyValuePair<string, object?>("messaging.destination.name", name));
            _loss.Tell($"{name} has lost records. The state of every document is told again.", isOver: false);
        }
        _ends.Compared(name, lost);
        _ends.Stored(name, seen.Ends);
        return seen.IsRetelling;
    }

    private async Task RetellDocumentsAsync(string topic, CancellationToken cancellation)
    {
        var name = _settings.Name(topic);
        // A crash in between, or another loss, begins anew: what was told twice is ignored.
        var count = 0;
        foreach (var documents in _documents)
            count += await documents.RetellAsync(topic, cancellation);
        LogRetold(name, count);
        if (_loss.Problem is not null)
            _loss.Tell($"{name} has lost records. The state of every document was told again.", isOver: true);
        if (!_ends.IsLost(name))
            await MarkAsync(topic, isRetelling: false, cancellation);
    }

    private async Task MarkAsync(string topic, bool isRetelling, CancellationToken cancellation)
    {
        Document<PublishedLog>? stored;
        do
            stored = await _store.LoadAsync(topic, cancellation);
        while (!await WriteAsync(topic, stored, (stored?.State ?? PublishedLog.Unknown) with { IsRetelling = isRetelling }, cancellation));
    }

    private async Task<bool> WriteAsync(string topic, Document<PublishedLog>? stored, PublishedLog log, CancellationToken cancellation) =>
        (await _store.WriteManyAsync([new(topic, (stored?.Revision ?? 0) + 1, log, [])], cancellation))[0];

    private List<(string Topic, PublishedLog Seen)> Read()
    {
        using var reader = new ConsumerBuilder<Ignore, Ignore>(_settings.Consumer(_settings.Name("logs"))).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(reader.Handle).Build();
        var existing = admin.GetMetadata(Timeout).Topics;
        var logs = _topics.Select(name => (Name: name, Partitions: existing.Where(topic => topic.Topic == _settings.Name(name))
            .SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition.PartitionId))).OrderBy(p => p.Partition.Value).ToList())).ToList();
        var ends = reader.Find(Offset.End, [.. logs.SelectMany(log => log.Partitions)]);
        return [.. logs.Where(log => log.Partitions.Count > 0).Select(log => (log.Name, new PublishedLog([.. log.Partitions.Select(partition => ends[partition])])))];
    }

    [LoggerMessage(LogLevel.Error, "Topic {Topic} has lost records that this service published; the state of every document is told again")]
    private partial void LogLost(string topic);

    [LoggerMessage(LogLevel.Information, "The state of every document is told again on {Topics}, as user {By} wants")]
    private partial void LogAsked(string topics, string by);

    [LoggerMessage(LogLevel.Information, "The state of {Count} documents was told again on {Topic}")]
    private partial void LogRetold(string topic, int count);

    [LoggerMessage(LogLevel.Debug, "Whether topics have lost records is not known now")]
    private partial void LogUnknown(Exception exception);
}

/// <summary>How a topic was when it was last looked at.</summary>
/// <param name="Ends">The end offset of each partition.</param>
/// <param name="IsRetelling">Whether documents are to be told again.</param>
/// <param name="StoreId">Names the store that the publisher's documents are in; null before the topic was looked at.</param>
internal sealed record PublishedLog(ImmutableArray<long> Ends, bool IsRetelling = false, string? StoreId = null)
{
    public static DocumentType<PublishedLog> Type { get; } = new("published_logs", PublishedLogJson.Default.PublishedLog);

    /// <summary>Not looked at yet.</summary>
    public static PublishedLog Unknown { get; } = new([]);

    /// <summary>Whether something that was in the log is not in it any more.</summary>
    public bool HasLostBy(PublishedLog now) => now.Ends.Length < Ends.Length || Ends.Where((end, i) => now.Ends[i] < end).Any();

    /// <summary>The same log, which reaches as far as either says.</summary>
    public PublishedLog GrownTo(PublishedLog other) => this with
    {
        Ends = [.. Enumerable.Range(0, Math.Max(Ends.Length, other.Ends.Length)).Select(i => Math.Max(Ends.ElementAtOrDefault(i), other.Ends.ElementAtOrDefault(i)))],
    };

    public static string NewStoreId() => Guid.NewGuid().ToString("N")[..12];

    public bool IsSame(PublishedLog other) =>
        IsRetelling == other.IsRetelling && StoreId == other.StoreId && Ends.SequenceEqual(other.Ends);
}

[JsonSerializable(typeof(PublishedLog))]
internal sealed partial class PublishedLogJson : JsonSerializerContext;
