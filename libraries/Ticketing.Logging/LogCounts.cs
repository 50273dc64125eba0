using Microsoft.Extensions.Logging;

namespace Ticketing.Logging;

/// <summary>Counts records by level. For any thread.</summary>
internal sealed class LogCounts
{
    /// <summary>How many levels there are, from <see cref="LogLevel.Trace"/> on.</summary>
    public const int Levels = (int)LogLevel.None;

    private readonly long[] _counts = new long[Levels];

    public long this[LogLevel level] => Interlocked.Read(ref _counts[(int)level]);

    public long Total => _counts.Select((_, level) => this[(LogLevel)level]).Sum();

    public void Add(LogLevel level, long count = 1) => Interlocked.Add(ref _counts[(int)level], count);

    /// <summary>What each level has.</summary>
    public long[] ToArray() => [.. _counts.Select((_, level) => this[(LogLevel)level])];
}
