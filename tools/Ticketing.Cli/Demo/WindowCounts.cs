using Confluent.Kafka;

namespace Ticketing.Cli;

/// <summary>
/// Counts the records of each key in windows of time: by when they happened, not by when they come. A window is told when it is over and its late
/// records had time to come. All records of a key are in one partition, so each partition is counted by itself, by whoever has it.
/// </summary>
internal sealed class WindowCounts(TimeSpan size, TimeSpan lateness, Action<int, string> tell)
{
    private readonly Dictionary<(int Partition, DateTime Start, string Key), int> _open = [];
    private readonly Dictionary<int, DateTime> _latest = [];

    /// <summary>How many records are in windows that were told.</summary>
    public int Counted { get; private set; }

    /// <summary>How many windows were told; one of each key.</summary>
    public int Told { get; private set; }

    /// <summary>How many records came when their window had been told.</summary>
    public int TooLate { get; private set; }

    public void Add(Partition partition, string key, DateTime at)
    {
        var number = partition.Value;
        var start = at.AddTicks(-(at.Ticks % size.Ticks));
        var latest = _latest.GetValueOrDefault(number);
        if (IsOver(start, latest))
        {
            TooLate++;
            return;
        }
        _open[(number, start, key)] = _open.GetValueOrDefault((number, start, key)) + 1;
        if (at > latest)
            _latest[number] = latest = at;
        Tell(window => window.Partition == number && IsOver(window.Start, latest));
    }

    /// <summary>Tells what is still open.</summary>
    public void End() => Tell(_ => true);

    private bool IsOver(DateTime start, DateTime latest) => start + size + lateness <= latest;

    private void Tell(Func<(int Partition, DateTime Start, string Key), bool> which)
    {
        foreach (var window in _open.Keys.Where(which).OrderBy(window => window.Start).ThenBy(window => window.Key, StringComparer.Ordinal).ToList())
        {
            tell(window.Partition, $"{window.Start:HH:mm:ss} to {window.Start + size:HH:mm:ss} {window.Key}: {_open[window]}");
            Counted += _open[window];
            Told++;
            _open.Remove(window);
        }
    }
}
