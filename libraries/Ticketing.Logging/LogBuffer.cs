using Microsoft.Extensions.Logging;

namespace Ticketing.Logging;

/// <summary>
/// Records that wait to be written. There is room for so many of them and so many bytes; those that were taken out keep theirs until their fate is known.
/// Where there is no more, the least severe is dropped, be it the one that comes or one that waits. For any thread.
/// </summary>
/// <param name="maxRecords">How many records there are at most.</param>
/// <param name="maxBytes">How many bytes they have at most.</param>
/// <param name="dropped">Counts what is dropped.</param>
internal sealed class LogBuffer(int maxRecords, long maxBytes, LogCounts dropped)
{
    // No record is smaller.
    private const int SmallestRecord = 64;

    private readonly Lock _lock = new();
    private readonly Queue<byte[]>[] _waiting = [.. Enumerable.Range(0, LogCounts.Levels).Select(_ => new Queue<byte[]>())];
    private int _records;
    private long _bytes;
    private volatile int _takes;

    /// <summary>How many wait or are on their way.</summary>
    public int Records => Volatile.Read(ref _records);

    /// <summary>How many bytes these have.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Sum(records => records.Count);
        }
    }

    /// <summary>Whether it is worth the work to make a record of this level. It costs nothing to ask.</summary>
    public bool Takes(LogLevel level) => (int)level >= _takes;

    /// <summary>Adds a record, or drops it. What is less severe is dropped before.</summary>
    /// <returns>Whether it is the only one that waits.</returns>
    public bool Add(LogLevel level, byte[] record)
    {
        lock (_lock)
        {
            if (!Takes(level))
            {
                dropped.Add(level);
                return false;
            }
            int least;
            while (!HasRoom(record.Length) && (least = LeastWaiting()) < (int)level)
            {
                Remove(_waiting[least].Dequeue().Length);
                dropped.Add((LogLevel)least);
            }
            var isFirst = LeastWaiting() == LogCounts.Levels;
            var isAdded = HasRoom(record.Length);
            if (isAdded)
            {
                _waiting[(int)level].Enqueue(record);
                _records++;
                _bytes += record.Length;
            }
            else
            {
                dropped.Add(level);
            }
            Note();
            return isAdded && isFirst;
        }
    }

    /// <summary>Takes out what is most severe, and of that what came first.</summary>
    /// <param name="most">So many at most.</param>
    public List<(LogLevel Level, byte[] Record)> Take(int most)
    {
        var taken = new List<(LogLevel, byte[])>();
        lock (_lock)
        {
            for (var level = LogCounts.Levels - 1; level >= 0; level--)
                while (taken.Count < most && _waiting[level].TryDequeue(out var record))
                    taken.Add(((LogLevel)level, record));
            Note();
        }
        return taken;
    }

    /// <summary>The fate of a record that was taken out is known, so there is room again.</summary>
    public void Leave(int bytes)
    {
        lock (_lock)
        {
            Remove(bytes);
            Note();
        }
    }

    private void Remove(int bytes)
    {
        _records--;
        _bytes -= bytes;
    }

    private bool IsRoomy => _records < maxRecords - (maxRecords / 4) && _bytes < maxBytes - (maxBytes / 4);

    private bool HasRoom(int bytes) => _records < maxRecords && _bytes + bytes <= maxBytes;

    private int LeastWaiting()
    {
        var level = 0;
        while (level < LogCounts.Levels && _waiting[level].Count == 0)
            level++;
        return level;
    }

    // Where there is no room, only what is more severe than the least that waits. In the last quarter of the room, a debug record would be the first that is
    // displaced, and would have been made for nothing.
    private void Note() => _takes = IsRoomy ? 0 : Math.Min(LeastWaiting() + 1, HasRoom(SmallestRecord) ? (int)LogLevel.Information : LogCounts.Levels);
}
