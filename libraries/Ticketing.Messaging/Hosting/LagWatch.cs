using System.Diagnostics.Metrics;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging;

/// <summary>
/// Asks the broker now and then how far groups are behind: this service's own, and those that read what it publishes, since a consumer that
/// is stopped cannot tell of itself. It asks for end and committed offsets, so it sees partitions that are paused or nobody's, and takes no
/// time of the consumers. It begins when metrics are collected for the first time: where nobody does, nobody wants to know.
/// </summary>
internal sealed partial class LagWatch(
    KafkaSettings settings, Service service, MessagingOptions options, TimeProvider time, ILogger<LagWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    // The longest there is.
    private static readonly ListConsumerGroupOffsetsOptions Unlimited = new() { RequestTimeout = TimeSpan.FromHours(1) };

    private readonly (string Group, string Topic)[] _groups =
        [.. service.WatchedGroups.Select(watched => (settings.Name(watched.Group), settings.Name(watched.Topic)))];

    private readonly TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Measurement<long>[] _lag = [];

    /// <summary>By group and partition. Whoever asks first makes it begin.</summary>
    public IEnumerable<Measurement<long>> Lag
    {
        get
        {
            _wanted.TrySetResult();
            return _lag;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_groups.Length == 0)
            return;
        try
        {
            await _wanted.Task.WaitAsync(stoppingToken);
            using var timer = new PeriodicTimer(options.LagPeriod, time);
            do
                await WatchAsync(timer, stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
        finally
        {
            _lag = [];
        }
    }

    /// <summary>
    /// With clients of its own, until one question is not answered: librdkafka (2.15.1) ends the process when a coordinator is back that did
    /// not answer an admin request in time, as it frees the request when it times out, and once more when it fails. So no request is left to
    /// time out; it goes away with its client. A new client knows the new leaders, too.
    /// </summary>
    private async Task WatchAsync(PeriodicTimer timer, CancellationToken cancellation)
    {
        // It never subscribes, so it is no member of a group.
        using var reader = new ConsumerBuilder<Ignore, Ignore>(settings.Consumer(settings.Name("lag"))).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(reader.Handle).Build();
        try
        {
            do
                _lag = await ReadAsync(reader, admin, cancellation);
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // No value rather than an old one.
            _lag = [];
            LogUnknown(e);
        }
    }

    private async Task<Measurement<long>[]> ReadAsync(IConsumer<Ignore, Ignore> reader, IAdminClient admin, CancellationToken cancellation)
    {
        // The client's calls block.
        var topics = (await Task.Run(() => admin.GetMetadata(Timeout), cancellation)).Topics.ToDictionary(topic => topic.Topic, topic => topic.Partitions);
        var partitions = _groups.Select(group => group.Topic).Distinct().Where(topics.ContainsKey)
            .SelectMany(topic => topics[topic].Select(partition => new TopicPartition(topic, partition.PartitionId))).ToList();
        if (partitions.Count == 0)
            return [];
        var committed = new List<(string Group, List<TopicPartitionOffsetError> Partitions)>();
        foreach (var (group, topic) in _groups)
            if (partitions.FindAll(partition => partition.Topic == topic) is { Count: > 0 } own)
            {
                var results = await admin.ListConsumerGroupOffsetsAsync([new(group, own)], Unlimited).WaitAsync(Timeout, cancellation);
                committed.Add((group, results[0].Partitions));
            }
        var ends = await FindAsync(Offset.End, partitions);
        // Only of partitions of which nothing is committed.
        var starts = await FindAsync(Offset.Beginning, [.. committed.SelectMany(one => one.Partitions)
            .Where(partition => partition.Offset.IsSpecial).Select(partition => partition.TopicPartition).Distinct()]);
        var lag = new List<Measurement<long>>();
        foreach (var (group, offsets) in committed)
            foreach (var partition in offsets.Where(partition => !partition.Error.IsError))
            {
                var next = partition.Offset.IsSpecial ? starts[partition.TopicPartition] : partition.Offset.Value;
                lag.Add(new(
                    Math.Max(0, ends[partition.TopicPartition] - next),
                    new("messaging.consumer.group.name", group),
                    new("messaging.destination.name", partition.Topic),
                    new("messaging.destination.partition.id", partition.Partition.Value.ToString(CultureInfo.InvariantCulture))));
            }
        return [.. lag];

        Task<Dictionary<TopicPartition, long>> FindAsync(Offset place, List<TopicPartition> of) => Task.Run(() => reader.Find(place, of), cancellation);
    }

    [LoggerMessage(LogLevel.Debug, "The lag of groups is not known now")]
    private partial void LogUnknown(Exception exception);
}
