using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging;

/// <summary>What every instance does on one type of event.</summary>
/// <param name="Event">The type of event.</param>
/// <param name="Take">Takes an event, with the time at which its producer sent it. The same event may come again.</param>
/// <param name="Since">How old an event is at most that matters; null if all do.</param>
internal sealed record Broadcast(EventType Event, Action<IServiceProvider, IEvent, DateTimeOffset> Take, TimeSpan? Since);

/// <summary>
/// Reads a topic in every instance, from its beginning or as far back as anybody wants, and goes on with what comes. It belongs to no group and commits
/// nothing, so each instance gets every event, and gets it again after a restart.
/// </summary>
internal sealed partial class BroadcastConsumer(
    string topic, IReadOnlyList<Broadcast> broadcasts, KafkaSettings settings, IServiceProvider services, TimeProvider time, ILogger<BroadcastConsumer> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // How soon a stop is noticed.
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    // How soon partitions are noticed that were added.
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, Broadcast> _broadcasts = broadcasts.ToDictionary(broadcast => broadcast.Event.Name);

    // Null if any of them wants all.
    private readonly TimeSpan? _since = broadcasts.Any(broadcast => broadcast.Since is null) ? null : broadcasts.Max(broadcast => broadcast.Since);

    private volatile bool _isCaughtUp;
    private volatile bool _startOver;

    /// <summary>The topic's name on the cluster.</summary>
    public string Topic { get; } = settings.Name(topic);

    /// <summary>Why not everything is known that was told; null if it is.</summary>
    public string? Problem => _isCaughtUp ? null : $"Topic {Topic} is not read to its end yet.";

    /// <summary>The topic was deleted and made again: it is read anew.</summary>
    public void StartOver() => _startOver = true;

    // The client's calls block.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Factory.StartNew(() => Run(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _startOver = false;
                Read(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (KafkaException e)
            {
                // The broker is away, or the topic is not there yet, which others tell.
                LogFailed(Topic, e.Error.Code, e.Error.Reason);
            }
            stop.WaitHandle.WaitOne(Pause);
        }
    }

    /// <summary>Reads until something fails that the client does not get over, or the topic is made anew.</summary>
    private void Read(CancellationToken stop)
    {
        var config = settings.Consumer(settings.Name("everywhere"));
        config.EnablePartitionEof = true;
        // Nobody waits for these events by the millisecond, and there may be many instances.
        config.FetchWaitMaxMs = 500;
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = 0;
        var ended = new HashSet<Partition>();
        var looked = 0L;
        while (!_startOver)
        {
            if (partitions == 0 || Environment.TickCount64 - looked > LookPeriod.TotalMilliseconds)
            {
                looked = Environment.TickCount64;
                var found = admin.GetMetadata(Topic, Timeout).Topics.Find(one => one.Topic == Topic && !one.Error.IsError)?.Partitions.Count ?? 0;
                if (found == 0)
                    throw new KafkaException(ErrorCode.UnknownTopicOrPart);
                consumer.IncrementalAssign(Begin(consumer, [.. Enumerable.Range(partitions, Math.Max(0, found - partitions)).Select(p => new TopicPartition(Topic, p))]));
                partitions = Math.Max(partitions, found);
            }
            stop.ThrowIfCancellationRequested();
            if (consumer.Consume(Wait) is not { } result)
                continue;
            if (result.IsPartitionEOF)
                _isCaughtUp |= ended.Add(result.Partition) && ended.Count == partitions;
            else
                Take(result);
        }
    }

    /// <summary>Where the partitions are read from.</summary>
    private IEnumerable<TopicPartitionOffset> Begin(IConsumer<byte[]?, byte[]?> consumer, IReadOnlyCollection<TopicPartition> partitions) => _since is { } since
        ? consumer.FindSince(time.GetUtcNow() - since, partitions).Select(found => new TopicPartitionOffset(found.Key, found.Value))
        : partitions.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning));

    private void Take(ConsumeResult<byte[]?, byte[]?> result)
    {
        try
        {
            if (result.Message.Value is { } value && _broadcasts.TryGetValue(EventType.ReadName(value), out var broadcast))
                broadcast.Take(services, broadcast.Event.Deserialize(value), result.Message.Timestamp.UtcDateTime);
        }
        catch (Exception e)
        {
            // No group waits for it, and no later try would read it better.
            LogUnreadable(e, result.Partition.Value, result.Offset.Value, Topic);
        }
    }

    [LoggerMessage(LogLevel.Debug, "{Topic} cannot be read now: {Code}: {Reason}")]
    private partial void LogFailed(string topic, ErrorCode code, string reason);

    [LoggerMessage(LogLevel.Warning, "Record {Offset} of partition {Partition} of {Topic} is ignored: it cannot be read")]
    private partial void LogUnreadable(Exception exception, int partition, long offset, string topic);
}
