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
/// How far a log has grown is stored with the service's documents every six <see cref="MessagingOptions.LagPeriod"/>s, and when it has doubled. A
/// process that begins after a loss does not recognise it if the log has grown beyond that place again.
/// </remarks>
public sealed partial class PublishedLogs : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly KafkaSettings _settings;
    private readonly string[] _topics;
    private readonly IRetold[] _documents;
    private readonly IDocumentStore<PublishedLog> _store;
    private readonly EventMessages _messages;
    private readonly LogEnds _ends;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _period;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly RecentTrouble _loss;

    internal PublishedLogs(
        KafkaSettings settings, IReadOnlyList<string> topics, IEnumerable<IRetold> documents, IDocumentDatabase database, EventMessages messages,
        LogEnds ends, MessagingOptions options, TimeProvider time, ILogger<PublishedLogs> logger)
    {
        (_settings, _time, _logger, _period, _loss) = (settings, time, logger, 6 * options.LagPeriod, new(time));
        (_topics, _documents, _messages) = ([.. topics], [.. documents], messages);
        (_store, _ends) = (database.Store(PublishedLog.Type), ends);
        foreach (var topic in _topics)
            _ends.Follow(settings.Name(topic), () => _wake.Release());
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
        _wake.Release();
        return names;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_topics.Length > 0 && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Before the logs: another instance may note meanwhile how far they have grown.
                var known = new Dictionary<string, Document<PublishedLog>>(await _store.LoadManyAsync(_topics, stoppingToken));
                var acknowledged = _topics.ToDictionary(topic => topic, topic => new PublishedLog([.. _ends.Of(_settings.Name(topic))]));
                // While a broker is away, the logs cannot be read, and this process may end before they can. So it first stores what it knows by itself.
                foreach (var (topic, log) in acknowledged)
                    if (await StoreGrowthAsync(topic, known.GetValueOrDefault(topic), log, stoppingToken) is { } stored)
                        known[topic] = stored;
                foreach (var (topic, seen) in await Task.Run(Read, stoppingToken))
                    await CompareAsync(topic, known.GetValueOrDefault(topic), acknowledged[topic], seen, stoppingToken);
                await _wake.WaitAsync(_period, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The broker or the store is away, which others tell.
                LogUnknown(e);
                await Task.Delay(_period / 6 < LongestPause ? _period / 6 : LongestPause, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Stores that a log reaches at least as far as this process knows from what was acknowledged.</summary>
    /// <returns>What is stored then; null if nothing is.</returns>
    private async Task<Document<PublishedLog>?> StoreGrowthAsync(
        string topic, Document<PublishedLog>? stored, PublishedLog acknowledged, CancellationToken cancellation)
    {
        var grown = (stored?.State ?? PublishedLog.Unknown).GrownTo(acknowledged);
        if (grown.IsSame(stored?.State ?? PublishedLog.Unknown))
            return stored;
        if (!await WriteAsync(topic, stored, grown, cancellation))
            return await _store.LoadAsync(topic, cancellation);
        _ends.Stored(_settings.Name(topic), grown.Ends);
        return new(topic, (stored?.Revision ?? 0) + 1, grown, []);
    }

    private async Task CompareAsync(
        string topic, Document<PublishedLog>? stored, PublishedLog acknowledged, PublishedLog seen, CancellationToken cancellation)
    {
        var name = _settings.Name(topic);
        var lost = stored?.State.HasLostBy(seen) == true || acknowledged.HasLostBy(seen) || _ends.IsLost(name);
        seen = seen with { IsRetelling = lost || stored?.State.IsRetelling == true, StoreId = stored?.State.StoreId ?? PublishedLog.NewStoreId() };
        if (stored?.State.IsSame(seen) != true && !await WriteAsync(topic, stored, seen, cancellation))
        {
            // Another instance was faster, and does the rest if it knows of the loss.
            if (lost)
                _wake.Release();
            return;
        }
        _messages.IdentifyStore(topic, seen.StoreId);
        _ends.Stored(name, seen.Ends);
        if (lost)
        {
            _ends.Forget(name);
            LogLost(name);
            MessagingMetrics.LogLosses.Add(1, new KeyValuePair<string, object?>("messaging.destination.name", name));
            _loss.Tell($"{name} has lost records. The state of every document is told again.", isOver: false);
        }
        if (!seen.IsRetelling)
            return;
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
