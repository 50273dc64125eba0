using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Streamiz.Kafka.Net;
using Ticketing.Messaging;

namespace Ticketing.Insights;

/// <summary>
/// Runs the topology. Its instances are members of one group and share the partitions. State is in memory, and in the changelog topics, from which it is restored. An
/// instance whose threads have ended, because the broker was away for long or a topic was made anew, is replaced by another one.
/// </summary>
internal sealed class SalesStreams(KafkaSettings settings, IOptions<InsightsOptions> options, ILoggerFactory loggers) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = loggers.CreateLogger<SalesStreams>();
    private volatile string _state = "STARTING";
    private volatile KafkaClients? _clients;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        _state == KafkaStream.State.RUNNING.Name ? HealthCheckResult.Healthy($"It counts what comes on {_clients?.Partitions ?? 0} partitions.") : new(context.Registration.FailureStatus, $"The topology is {_state}."));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                KafkaStreamsLog.Failed(_logger, e);
            }
            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunAsync(CancellationToken stop)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var config = new StreamConfig
        {
            ApplicationId = settings.Name(InsightsService.Value.Name),
            BootstrapServers = settings.BootstrapServers,
            // A crash lets what came since the last commit come again, which changes no number.
            Guarantee = ProcessingGuarantee.AT_LEAST_ONCE,
            CommitIntervalMs = (long)options.Value.CommitInterval.TotalMilliseconds,
            PollMs = (long)options.Value.Poll.TotalMilliseconds,
            ReplicationFactor = settings.ReplicationFactor,
            // It measures itself, and nobody reads that here.
            MetricsIntervalMs = (long)TimeSpan.FromDays(1).TotalMilliseconds,
            LogProcessingSummary = TimeSpan.FromDays(1),
            Logger = loggers,
        };
        using var streams = new KafkaStream(SalesTopology.Build(settings.Name, options.Value.Lateness), config, _clients = new(settings, _logger));
        streams.StateChanged += (_, now) =>
        {
            _state = now.Name;
            if (now == KafkaStream.State.ERROR)
                ended.TrySetResult();
        };
        await streams.StartAsync();
        await ended.Task.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stop.IsCancellationRequested)
            KafkaStreamsLog.Ended(_logger);
        // It blocks, and leaves the group.
        await Task.Run(streams.Dispose, CancellationToken.None);
    }
}

internal static partial class KafkaStreamsLog
{
    [LoggerMessage(LogLevel.Warning, "The topology failed, and is started again")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The topology has ended, and is started again")]
    public static partial void Ended(ILogger logger);

    [LoggerMessage(LogLevel.Error, "A client of the topology failed for good: {Code}: {Reason}")]
    public static partial void Fatal(ILogger logger, ErrorCode code, string reason);
}

/// <summary>Settings under <c>Insights:</c>.</summary>
public sealed class InsightsOptions
{
    /// <summary>How far behind the newest moment of its partition one may be that is not counted yet. At least as much as the log spans, or a replay counts less.</summary>
    public TimeSpan Lateness { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long records that come are collected at most, in each of the topology's parts. A shorter time costs an idle service more.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often offsets are committed, and so how much comes again after a crash.</summary>
    public TimeSpan CommitInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a stream that has nothing to say is silent.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether all of them are greater than zero.</summary>
    public bool AreValid => Lateness > TimeSpan.Zero && Poll > TimeSpan.Zero && CommitInterval > TimeSpan.Zero && Heartbeat > TimeSpan.Zero;
}
