namespace Ticketing.Benchmarks.Contests.WithWolverine;

/// <summary>How far a run is.</summary>
public sealed class BatchProgress
{
    private readonly ContestRun _run;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _handled;

    internal BatchProgress(ContestRun run) => _run = run;

    /// <summary>Ends when every event is handled.</summary>
    public Task Done => _done.Task;

    public void Begin() => _run.Begin();

    public void Handled(int count)
    {
        if (Interlocked.Add(ref _handled, count) >= _run.Input.Events)
            _done.TrySetResult();
    }
}
