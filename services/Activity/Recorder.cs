using Microsoft.Extensions.Options;
using Ticketing.ActivityLog;
using Ticketing.Messaging;

namespace Ticketing.Activities;

/// <summary>Stores what comes, and tells streams that something has.</summary>
public sealed class Recorder(IActivityStore store, IOptions<ActivityOptions> options, TimeProvider time)
{
    private TaskCompletionSource _news = NewNews();

    /// <summary>Ends when this instance has stored something more.</summary>
    public Task News => Volatile.Read(ref _news).Task;

    /// <summary>Stores records, each once however often it comes.</summary>
    public async Task AppendAsync(IReadOnlyList<RawRecord> records, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await store.AppendAsync([.. records.Select(record => EntryReader.Read(record, options.Value.MaxAge, now))], cancellation);
        Interlocked.Exchange(ref _news, NewNews()).SetResult();
    }

    private static TaskCompletionSource NewNews() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Removes what is too old or too much. Each instance does, as it costs little.</summary>
internal sealed partial class Trimming(IActivityStore store, TimeProvider time, ILogger<Trimming> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await store.TrimAsync(stoppingToken);
            }
            // The store is away, or busy. There is another minute.
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Warning, "Old entries cannot be removed now")]
    private partial void LogFailed(Exception exception);
}
