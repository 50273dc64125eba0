using System.Diagnostics;

namespace Ticketing.Benchmarks.Contests;

/// <summary>What is measured of a run: from its first event until everything is stored, published and acknowledged.</summary>
/// <param name="events">How many events the run handles.</param>
/// <param name="postgresId">The process of the server that it uses.</param>
internal sealed class Window(int events, int postgresId)
{
    private static readonly Process Program = Process.GetCurrentProcess();

    private readonly Lock _lock = new();
    private (long Time, TimeSpan Program, TimeSpan Postgres)? _first;

    /// <summary>The first event is there. Whatever comes later is not the first.</summary>
    public void Open()
    {
        if (_first is not null)
            return;
        lock (_lock)
            _first ??= Now();
    }

    /// <summary>Everything is done.</summary>
    public Measurement Close()
    {
        var last = Now();
        var first = _first ?? throw new InvalidOperationException("There was no event.");
        // A memory's peak is that of the whole life of the process, its start and its warm-up included.
        Program.Refresh();
        return new(
            events / Stopwatch.GetElapsedTime(first.Time, last.Time).TotalSeconds,
            (last.Program - first.Program).TotalMilliseconds * 1000 / events,
            (last.Postgres - first.Postgres).TotalMilliseconds * 1000 / events,
            Program.PeakWorkingSet64 / (1024.0 * 1024));
    }

    private (long Time, TimeSpan Program, TimeSpan Postgres) Now() =>
        (Stopwatch.GetTimestamp(), ProcessTree.ProcessorTimeOf(Environment.ProcessId), ProcessTree.ProcessorTimeOf(postgresId));
}

/// <summary>What a run took.</summary>
/// <param name="Rate">Events per second.</param>
/// <param name="Program">Milliseconds of processor time of the program, per 1,000 events.</param>
/// <param name="Postgres">The same of the server and all of its processes.</param>
/// <param name="Peak">The program's most memory, in MB.</param>
internal sealed record Measurement(double Rate, double Program, double Postgres, double Peak)
{
    /// <summary>Milliseconds of processor time of both.</summary>
    public double Both => Program + Postgres;
}
