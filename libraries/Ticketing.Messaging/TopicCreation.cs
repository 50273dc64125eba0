using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ticketing.Contracts;
using Ticketing.Messaging.Consuming;

namespace Ticketing.Messaging;

/// <summary>
/// Creates the topics that the service needs and the broker lacks, before its consumers ask for them: <c>Kafka:ReplicationFactor</c> copies,
/// the broker's default if not set. Existing topics are left alone; one with fewer partitions than the design's is reported.
/// </summary>
internal sealed partial class TopicCreation(
    KafkaSettings settings, IEnumerable<TopicsOfService> topics, IEnumerable<GroupConsumer> consumers, MessagingOptions options,
    ILogger<TopicCreation> logger)
    : BackgroundService
{
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, int> _wanted = topics.SelectMany(topics => topics.Published)
        .Concat(consumers.Select(consumer => consumer.Topic)).Distinct().Select(topic => (Name: topic, Topics.Partitions))
        .Concat(consumers.Select(consumer => (Name: Topics.DeadLetters(consumer.Topic, consumer.Group), Partitions: 1)))
        .ToDictionary(topic => topic.Name, topic => topic.Partitions);

    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile string? _problem;

    /// <summary>Which topics are missing, and why they cannot be made; null if none is.</summary>
    public string? Problem => _problem;

    /// <summary>Returns after the first attempt: with a broker that is away the service starts all the same, and tries on.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        await _tried.Task.WaitAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var admin = new AdminClientBuilder(settings.Admin()).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        for (var attempt = 1; !stoppingToken.IsCancellationRequested; attempt++)
        {
            try
            {
                var exist = await ExistAsync(admin, stoppingToken);
                _problem = null;
                if (exist)
                    return;
            }
            catch (KafkaException e)
            {
                LogFailed(e.Error.Code, e.Error.Reason);
                _problem = e is CreateTopicsException created
                    ? string.Join(' ', created.Results.Where(r => r.Error.IsError).Select(r => $"Topic {r.Topic} cannot be created: {r.Error.Reason}"))
                    : $"Topics cannot be looked up or created: {e.Error.Reason}";
            }
            finally
            {
                _tried.TrySetResult();
            }
            await Task.Delay(options.BackoffBefore(attempt), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Creates those that are missing.</summary>
    /// <returns>
    /// Whether none was: what was created is looked at again, since the broker that was asked may not have heard yet of a topic that exists.
    /// </returns>
    private async Task<bool> ExistAsync(IAdminClient admin, CancellationToken cancellation)
    {
        // The client's call blocks.
        var existing = (await Task.Run(() => admin.GetMetadata(Attempt), cancellation)).Topics
            .Where(topic => topic.Error.Code == ErrorCode.NoError).ToDictionary(topic => topic.Topic, topic => topic.Partitions.Count);
        var missing = _wanted.Where(topic => !existing.ContainsKey(topic.Key)).Select(topic => new TopicSpecification
        {
            Name = topic.Key,
            NumPartitions = topic.Value,
            ReplicationFactor = settings.ReplicationFactor,
        }).ToList();
        if (missing.Count == 0)
        {
            foreach (var (name, partitions) in _wanted)
                if (existing[name] < partitions)
                    LogTooSmall(name, existing[name], partitions);
            return true;
        }
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

    [LoggerMessage(LogLevel.Warning, "Topics cannot be created yet, trying again: {Code}: {Reason}")]
    private partial void LogFailed(ErrorCode code, string reason);

    [LoggerMessage(LogLevel.Error, "Topic {Topic} has {Partitions} partitions, fewer than {Wanted}: so many instances at most share its work")]
    private partial void LogTooSmall(string topic, int partitions, int wanted);
}

/// <summary>The topics that a service publishes to.</summary>
internal sealed record TopicsOfService(IReadOnlyList<string> Published);
