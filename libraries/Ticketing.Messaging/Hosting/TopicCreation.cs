using System.Threading.Channels;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging;

/// <summary>
/// Creates the topics that the service needs and the broker lacks, before its consumers ask for them, and again when one is deleted:
/// <c>Kafka:ReplicationFactor</c> copies, the broker's default if not set. Existing topics are left alone, but those that must be compacted are made so;
/// one with fewer partitions than the design's is reported.
/// </summary>
internal sealed partial class TopicCreation(
    KafkaSettings settings, Service service, EventProducer producer, IEnumerable<GroupConsumer> consumers, IEnumerable<BroadcastConsumer> broadcasts,
    CompactedTopics compacted, MessagingOptions options, ILogger<TopicCreation> logger) : BackgroundService
{
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IdPeriod = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, int> _wanted = service.WrittenTopics.Union(service.Groups.Select(group => group.Topic)).Union(service.BroadcastTopics).Union(service.UsedTopics.Select(topic => topic.Name))
        .Select(topic => (Name: settings.Name(topic), Partitions: service.AppendedTopics.FirstOrDefault(appended => appended.Name == topic)?.Partitions ?? settings.Partitions))
        .Concat(consumers.Where(consumer => consumer.HasDeadLetters).Select(consumer => (Name: KafkaNames.DeadLetters(consumer.Topic, consumer.Group), Partitions: 1)))
        .ToDictionary(topic => topic.Name, topic => topic.Partitions);

    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Channel<bool> _missingAny =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Lock _lock = new();

    // How many partitions each had when it was last looked at, 0 if it was gone; of those that were ever there.
    private readonly Dictionary<string, int> _seen = [];

    private readonly Dictionary<string, string> _ids = [];

    // Topics that were gone, and are there again: their clients are replaced already.
    private readonly HashSet<string> _again = [];

    // Why those that cannot be created cannot.
    private volatile Dictionary<string, string> _refused = [];

    /// <summary>Compares what the broker has with what is needed. What is missing is created soon.</summary>
    /// <returns>What is missing or too small; null if nothing is.</returns>
    public string? Look(Metadata metadata)
    {
        var problems = new List<string>();
        lock (_lock)
        {
            foreach (var (topic, partitions) in Partitions(metadata))
            {
                Note(topic, partitions);
                if (partitions == 0)
                    problems.Add(_refused.TryGetValue(topic, out var why) ? $"Topic {topic} cannot be created: {why}" : $"Topic {topic} is missing.");
                else if (partitions < _wanted[topic])
                    problems.Add($"Topic {topic} has {partitions} of {_wanted[topic]} partitions.");
            }
        }
        return problems.Count == 0 ? null : string.Join(' ', problems);
    }

    /// <summary>Returns after the first attempt: with a broker that is away the service starts all the same, and tries on.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        await _tried.Task.WaitAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var admin = new AdminClientBuilder(settings.Admin()).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        await Task.WhenAll(KeepAsync(admin, stoppingToken), CompareIdsAsync(admin, stoppingToken));
    }

    private async Task KeepAsync(IAdminClient admin, CancellationToken stoppingToken)
    {
        for (var attempt = 1; !stoppingToken.IsCancellationRequested; attempt++)
        {
            try
            {
                // The client's call blocks.
                var isComplete = await CreateAsync(admin, await Task.Run(() => admin.GetMetadata(Attempt), stoppingToken));
                _refused = [];
                _tried.TrySetResult();
                if (isComplete && await compacted.EnsureAsync(admin, stoppingToken))
                    attempt = 0;
            }
            catch (KafkaException e)
            {
                LogFailed(e.Error.Code, e.Error.Reason);
                if (e is CreateTopicsException created)
                    _refused = created.Results.Where(r => r.Error.IsError).ToDictionary(r => r.Topic, r => r.Error.Reason);
            }
            finally
            {
                _tried.TrySetResult();
            }
            // Whoever asks for the health sees the topics, too. So nothing is asked here until one is missing.
            await (attempt == 0
                ? _missingAny.Reader.ReadAsync(stoppingToken).AsTask()
                : Task.Delay(options.BackoffBefore(attempt), stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Creates those that are missing.</summary>
    /// <returns>
    /// Whether none was: what was created is looked at again, since the broker that was asked may not have heard yet of a topic that exists.
    /// </returns>
    private async Task<bool> CreateAsync(IAdminClient admin, Metadata metadata)
    {
        Look(metadata);
        var missing = Partitions(metadata).Where(topic => topic.Partitions == 0).Select(topic => new TopicSpecification
        {
            Name = topic.Name,
            NumPartitions = _wanted[topic.Name],
            ReplicationFactor = settings.ReplicationFactor,
            Configs = compacted.SettingsOf(topic.Name) ?? RetentionOf(topic.Name) ?? CompactionOf(topic.Name),
        }).ToList();
        if (missing.Count == 0)
            return true;
        try
        {
            await admin.CreateTopicsAsync(missing, new CreateTopicsOptions { RequestTimeout = Attempt, OperationTimeout = Attempt });
        }
        catch (CreateTopicsException e) when (e.Results.TrueForAll(r => r.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
            // Another service, or another instance of this one, was faster.
        }
        return false;
    }

    private Dictionary<string, string>? RetentionOf(string topic) =>
        service.AppendedTopics.FirstOrDefault(appended => settings.Name(appended.Name) == topic)?.Retention is { } retention ? new() { ["retention.ms"] = $"{retention.TotalMilliseconds:F0}" } : null;

    private Dictionary<string, string>? CompactionOf(string topic) =>
        service.UsedTopics.Any(used => used.IsCompacted && settings.Name(used.Name) == topic) ? new() { ["cleanup.policy"] = "compact" } : null;

    /// <summary>How many partitions each of the topics has; 0 if it is missing.</summary>
    private IEnumerable<(string Name, int Partitions)> Partitions(Metadata metadata)
    {
        var existing = metadata.Topics.Where(topic => topic.Error.Code == ErrorCode.NoError).ToDictionary(topic => topic.Topic, topic => topic.Partitions.Count);
        return _wanted.Keys.Select(topic => (topic, existing.GetValueOrDefault(topic)));
    }

    private void Note(string topic, int partitions)
    {
        int? before = _seen.TryGetValue(topic, out var seen) ? seen : null;
        if (partitions == 0)
            _missingAny.Writer.TryWrite(true);
        if (partitions == before || (partitions == 0 && before is null))
            return;
        _seen[topic] = partitions;
        if (partitions == 0)
            LogGone(topic);
        else if (partitions < _wanted[topic])
            LogTooSmall(topic, partitions, _wanted[topic]);
        if (before != 0)
            return;
        _again.Add(topic);
        StartOver(topic);
    }

    /// <summary>Notices topics that were deleted and made again between two looks. The embedded broker tells no ids.</summary>
    private async Task CompareIdsAsync(IAdminClient admin, CancellationToken stoppingToken)
    {
        string[] topics = [.. consumers.Select(consumer => consumer.Topic).Union(service.WrittenTopics.Union(service.BroadcastTopics).Select(settings.Name))];
        while (topics.Length > 0 && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                CompareIds((await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames(topics), new() { RequestTimeout = Attempt })
                    .WaitAsync(2 * Attempt, stoppingToken)).TopicDescriptions);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                // The service stops, or this is the embedded broker, which answers nothing, not even that.
                return;
            }
            catch (DescribeTopicsException e)
            {
                // Some are missing.
                CompareIds(e.Results.TopicDescriptions);
            }
            catch (KafkaException)
            {
                // The broker is away, which others tell.
            }
            await Task.Delay(IdPeriod, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void CompareIds(IEnumerable<TopicDescription> topics)
    {
        lock (_lock)
        {
            // One that was seen to be gone is compared once it was seen to be back.
            foreach (var topic in topics.Where(topic => !topic.Error.IsError && _seen.GetValueOrDefault(topic.Name, 1) > 0))
            {
                var (before, now) = (_ids.GetValueOrDefault(topic.Name), $"{topic.TopicId}");
                _ids[topic.Name] = now;
                var isKnown = _again.Remove(topic.Name);
                if (before is not null && before != now && !isKnown)
                    StartOver(topic.Name);
            }
        }
    }

    private void StartOver(string topic)
    {
        // Whoever made it again may not know that it must be compacted.
        _missingAny.Writer.TryWrite(true);
        foreach (var consumer in consumers.Where(consumer => consumer.Topic == topic))
            consumer.StartOver();
        foreach (var broadcast in broadcasts.Where(broadcast => broadcast.Topic == topic))
            broadcast.StartOver();
        // The service writes to what it publishes, and to the dead letters' topics, which it does not consume.
        if (service.WrittenTopics.Any(published => settings.Name(published) == topic)
            || !(consumers.Any(consumer => consumer.Topic == topic) || broadcasts.Any(broadcast => broadcast.Topic == topic)))
            producer.Renew(topic);
    }

    [LoggerMessage(LogLevel.Warning, "Topics cannot be created yet, trying again: {Code}: {Reason}")]
    private partial void LogFailed(ErrorCode code, string reason);

    [LoggerMessage(LogLevel.Error, "Topic {Topic} is gone, it is created again")]
    private partial void LogGone(string topic);

    [LoggerMessage(LogLevel.Error, "Topic {Topic} has {Partitions} partitions, fewer than {Wanted}: so many instances at most share its work")]
    private partial void LogTooSmall(string topic, int partitions, int wanted);
}
