using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging;

/// <summary>
/// This instance's part in a consumer group: a <see cref="GroupMember"/> on a thread of its own, and another one after a fatal error (librdkafka:
/// <c>rd_kafka_fatal_error</c>), or when the topic has another log.
/// </summary>
internal sealed partial class GroupConsumer(KafkaSettings settings, GroupContext context) : IHostedService, IDisposable
{
    // What is fatal to one may be so to the next.
    private static readonly TimeSpan PauseBeforeNext = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = context.Logger;
    private readonly RecentTrouble _trouble = new(context.Time);
    private readonly NewLogs _newLogs = new(context.Time);
    private readonly ConsumerConfig _config = Configure(settings, context);

    // Begins with the service's stop and not when its turn comes: the other members need not wait for slow callers of this one.
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(context.Stopping);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile GroupMember? _member;

    public string Group => context.Group;

    public string Topic => context.Topic;

    /// <summary>Whether it puts elsewhere what it cannot handle.</summary>
    public bool HasDeadLetters => context.Sink is null;

    /// <summary>How long the batch in hand has been in hand; nothing if there is none.</summary>
    public TimeSpan BatchAge => _member?.BatchAge ?? TimeSpan.Zero;

    /// <summary>Why the group makes no progress; null while it does.</summary>
    public string? Problem => _member is not { IsMember: true } ? $"Not a member of {context.Group}."
        : context.DeadLetters.Problem is { } problem ? problem
        : _trouble.Problem is { } recent ? $"{context.Group}: {recent}"
        : BatchAge is var age && age > context.Options.StalledAfter ? $"{context.Group} has worked on one batch for {age.TotalSeconds:0} s."
        : null;

    /// <summary>What the group has lost in the last minutes; null if it has lost nothing.</summary>
    public string? Notice => _trouble.Notice is { } notice ? $"{context.Group}: {notice}" : null;

    /// <summary>
    /// The topic was deleted and made again. What it has now is read from its beginning: the client (librdkafka 2.15: "an offset reset must be
    /// triggered") would skip as much of it as it had read of the old one.
    /// </summary>
    public void StartOver() => _newLogs.Expect();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Now, so that a setting that the client does not accept ends the start.
        _member = new GroupMember(_config, context, _trouble, _newLogs, _stop.Token);
        new Thread(Run) { IsBackground = true, Name = context.Group }.Start();
        return Task.CompletedTask;
    }

    /// <summary>Takes no more, waits for the batch in hand, commits, leaves the group.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        if (_member is not null)
            await _left.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        // A stop that could not wait leaves the thread to end by itself, with what it still needs.
        if (_member is not null && !_left.Task.IsCompleted)
            return;
        _stop.Dispose();
        _member?.Dispose();
    }

    private static ConsumerConfig Configure(KafkaSettings settings, GroupContext context)
    {
        var config = settings.Consumer(context.Group);
        // A group of several topics has a member for each in this instance.
        if (context.Sink is not null && config.GroupInstanceId is { } member)
            config.GroupInstanceId = $"{member}-{context.Topic}";
        return config;
    }

    private void Run()
    {
        try
        {
            while (_member!.Run() is { } fatal)
            {
                if (fatal.IsFatal)
                    LogFatal(context.Group, fatal.Code, fatal.Reason);
                else
                    LogReplaced(context.Group, fatal.Reason);
                // It would fence the other one in turn, and so on for ever. As an ordinary member it shares the work.
                if (fatal.Code == ErrorCode.FencedInstanceId)
                    _config.GroupInstanceId = null;
                if (_stop.Token.WaitHandle.WaitOne(PauseBeforeNext))
                    return;
                _member.Dispose();
                _member = new GroupMember(_config, context, _trouble, _newLogs, _stop.Token);
            }
        }
        finally
        {
            _left.SetResult();
        }
    }

    [LoggerMessage(LogLevel.Error, "{Group}: the consumer is replaced after a fatal error: {Code}: {Reason}")]
    private partial void LogFatal(string group, ErrorCode code, string reason);

    [LoggerMessage(LogLevel.Warning, "{Group}: the consumer is replaced: {Reason}")]
    private partial void LogReplaced(string group, string reason);
}
