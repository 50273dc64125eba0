using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>Work that falls due on a service's documents.</summary>
/// <param name="Index">The name of the index whose key is the time (<see cref="IndexQuery.Key(DateTimeOffset)"/>).</param>
/// <param name="State">The documents' state.</param>
internal abstract record DueWork(string Index, Type State)
{
    /// <summary>Adds the worker that does it.</summary>
    public abstract void AddTo(IServiceCollection services);
}

/// <inheritdoc/>
internal sealed record DueWork<T, TWorker>(string Index, Func<TWorker, IReadOnlyList<DocumentView<T>>, CancellationToken, Task> RunAsync)
    : DueWork(Index, typeof(T))
    where T : class
    where TWorker : notnull
{
    public override void AddTo(IServiceCollection services)
    {
        services.AddKeyedSingleton(Index, (p, _) => new DueWorker<T>(
            p.GetRequiredService<Repository<T>>(), Index, (due, stop) => RunAsync(p.GetRequiredService<TWorker>(), due, stop),
            p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<DueWorker<T>>>(),
            p.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));
        services.AddSingleton<IDueWorker>(p => p.GetRequiredKeyedService<DueWorker<T>>(Index));
        services.AddSingleton<IHostedService>(p => p.GetRequiredKeyedService<DueWorker<T>>(Index));
    }
}

/// <summary>What can be seen of work that falls due.</summary>
internal interface IDueWorker
{
    /// <summary>The type of its documents.</summary>
    string Documents { get; }

    /// <summary>Documents whose work is due and not done, as the last look found; at most a page of 1000.</summary>
    int Pending { get; }
}

/// <summary>
/// Looks for due documents when the next one that it knows of falls due, at once when this process writes one that is due, and every
/// <see cref="Period"/> for what other instances wrote. The documents are the only memory: a restart forgets nothing, and what fell due
/// meanwhile is done first.
/// </summary>
internal sealed partial class DueWorker<T>(
    Repository<T> repository, string indexName, Func<IReadOnlyList<DocumentView<T>>, CancellationToken, Task> runAsync, TimeProvider time,
    ILogger<DueWorker<T>> logger, CancellationToken stopping) : BackgroundService, IDueWorker
    where T : class
{
    private const int Limit = 1000;

    // After work, so that what falls due in quick succession is done together.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private volatile int _pending;

    // The key at which the next look is taken; a write with an earlier one moves it. Guarded by the lock.
    private string _next = "";

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly DocumentIndex<T> _index = repository.Type.Indexes.First(index => index.Name == indexName);
    private readonly DueTelemetry<T> _telemetry = new(repository, indexName, time);

    public string Documents => repository.Type.Name;

    public int Pending => _pending;

    /// <summary>How late work starts at most that another instance wrote, while there is less than a page of it.</summary>
    public static TimeSpan Period { get; } = TimeSpan.FromSeconds(1);

    public override void Dispose()
    {
        repository.Writes.Written -= OnWritten;
        base.Dispose();
        _wake.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        repository.Writes.Written += OnWritten;
        string? said = null;
        // Not when its turn comes: what it would start now, another instance starts without being interrupted.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, stopping);
        stoppingToken = stop.Token;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var due = await FindAsync(stoppingToken);
                _pending = due.Count;
                if (due.Count > 0)
                    await RunAsync(due, stoppingToken);
                if (due.Count < Limit)
                    await _wake.WaitAsync(due.Count > 0 ? Pause : UntilNext(), stoppingToken);
                said = null;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // The same, a second later, is no news.
                if (e.Message != said)
                    LogFailed(e, repository.Type.Name);
                said = e.Message;
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>The documents that are due now. Mostly there are none, so the first one that will be is asked for.</summary>
    private async ValueTask<IReadOnlyList<DocumentView<T>>> FindAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        // Before the query: a write that it does not see moves this time.
        lock (_lock)
            _next = IndexQuery.Key(now + Period);
        if (await repository.Store.QueryAsync(IndexQuery.Due(indexName, now + Period, 1), cancellation) is not [var first])
            return [];
        if (_index.Key(first.State) is { } key && string.CompareOrdinal(key, IndexQuery.Key(now)) > 0)
        {
            lock (_lock)
                _next = string.CompareOrdinal(key, _next) < 0 ? key : _next;
            return [];
        }
        lock (_lock)
            _next = IndexQuery.Key(now + Pause);
        return await repository.Store.QueryAsync(IndexQuery.Due(indexName, now, Limit), cancellation);
    }

    private TimeSpan UntilNext()
    {
        lock (_lock)
        {
            var left = DateTimeOffset.Parse(_next, CultureInfo.InvariantCulture) - time.GetUtcNow();
            // Whole milliseconds, and not too few of them.
            return left <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
        }
    }

    private async Task RunAsync(IReadOnlyList<DocumentView<T>> due, CancellationToken stopping)
    {
        using var activity = _telemetry.Start(due);
        try
        {
            await runAsync(due, stopping);
        }
        catch (Exception e)
        {
            activity?.SetTag("error.type", e.GetType().FullName).SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
    }

    private void OnWritten(Document<T> document)
    {
        if (_index.Key(document.State) is not { } key)
            return;
        lock (_lock)
        {
            if (string.CompareOrdinal(key, _next) >= 0)
                return;
            _next = key;
            if (_wake.CurrentCount == 0)
                _wake.Release();
        }
    }

    [LoggerMessage(LogLevel.Error, "Work that is due on {Type} failed; trying again every second")]
    private partial void LogFailed(Exception exception, string type);
}
