namespace Ticketing.Standalone.Children;

/// <summary>The tail of a child's log.</summary>
internal sealed class RecentLines
{
    private const int Kept = 20;

    private readonly Queue<string> _lines = new(Kept);

    public void Add(string line)
    {
        lock (_lines)
        {
            if (_lines.Count == Kept)
                _lines.Dequeue();
            _lines.Enqueue(line);
        }
    }

    public override string ToString()
    {
        lock (_lines)
            return _lines.Count == 0 ? "; it logged nothing" : "; its last lines:\n  " + string.Join("\n  ", _lines);
    }
}
