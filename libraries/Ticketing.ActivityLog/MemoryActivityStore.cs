namespace Ticketing.ActivityLog;

/// <summary>Entries in this process, gone with it. The oldest make room for new ones.</summary>
public sealed class MemoryActivityStore(Retention retention, TimeProvider time) : IActivityStore
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Kept> _entries = [];
    private readonly HashSet<string> _ids = [];

    // Higher than whatever an earlier process has given to anybody.
    private long _next = time.GetUtcNow().ToUnixTimeMilliseconds();
    private long _bytes;

    /// <inheritdoc/>
    public Task AppendAsync(IReadOnlyList<ActivityEntry> entries, CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            foreach (var entry in entries)
            {
                if (!_ids.Add(entry.Id))
                    continue;
                var kept = new Kept(_next++, entry, Terms.Of(entry));
                _entries.AddLast(kept);
                _bytes += kept.Bytes;
            }
            while (_bytes > retention.MaxBytes && _entries.First is { } oldest)
                Remove(oldest);
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ActivityEntry>> FindAsync(ActivityFilter filter, int limit, ActivityCursor? after = null, CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyList<ActivityEntry>>(
        [
            .. Matching(filter).Select(kept => kept.Entry).Where(entry => after is null || Compare(entry, after) < 0)
                .OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Id, StringComparer.Ordinal).Take(limit),
        ]);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ActivityCount>> CountAsync(ActivityFilter filter, CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyList<ActivityCount>>(
        [
            .. Matching(filter).GroupBy(kept => (Minute: kept.Entry.At.UtcTicks / TimeSpan.TicksPerMinute, kept.Entry.Series))
                .Select(same => new ActivityCount(new(same.Key.Minute * TimeSpan.TicksPerMinute, TimeSpan.Zero), same.Key.Series, same.Count()))
                .OrderBy(count => count.Minute).ThenBy(count => count.Series),
        ]);

    /// <inheritdoc/>
    public Task<ActivityTail> TailAsync(ActivityFilter filter, long after, int limit, CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            var newer = new List<StoredEntry>();
            var terms = filter.Terms;
            // From the end, as mostly little is new.
            var node = _entries.Last;
            while (node?.Previous is { } previous && previous.Value.Sequence > after)
                node = previous;
            var through = after;
            for (; node is not null && newer.Count < limit; node = node.Next)
            {
                if (node.Value.Sequence <= after)
                    continue;
                through = node.Value.Sequence;
                if (IsMatch(node.Value, filter, terms))
                    newer.Add(new(through, node.Value.Entry));
            }
            return Task.FromResult(new ActivityTail(newer, through, _entries.Last?.Value.Sequence ?? 0, _entries.First?.Value.Sequence ?? 0));
        }
    }

    /// <inheritdoc/>
    public Task TrimAsync(CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            var oldest = time.GetUtcNow() - retention.MaxAge;
            for (var node = _entries.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Entry.At < oldest)
                    Remove(node);
                node = next;
            }
        }
        return Task.CompletedTask;
    }

    private static int Compare(ActivityEntry entry, ActivityCursor cursor) =>
        entry.At.CompareTo(cursor.At) is not 0 and var order ? order : string.CompareOrdinal(entry.Id, cursor.Id);

    private List<Kept> Matching(ActivityFilter filter)
    {
        var (terms, oldest) = (filter.Terms, time.GetUtcNow() - retention.MaxAge);
        lock (_lock)
            return [.. _entries.Where(kept => kept.Entry.At >= oldest && IsMatch(kept, filter, terms))];
    }

    private static bool IsMatch(Kept kept, ActivityFilter filter, TermQuery terms) =>
        !(kept.Entry.At < filter.From) && !(kept.Entry.At >= filter.To) && terms.Matches(kept.Terms);

    private void Remove(LinkedListNode<Kept> node)
    {
        _ids.Remove(node.Value.Entry.Id);
        _bytes -= node.Value.Bytes;
        _entries.Remove(node);
    }

    private sealed record Kept(long Sequence, ActivityEntry Entry, HashSet<string> Terms)
    {
        // Objects of its own, and two bytes for each character.
        private const int Overhead = 600;

        private const int OverheadOfTerm = 60;

        public long Bytes { get; } = Overhead
            + 2L * ((Entry.Message?.Length ?? 0) + (Entry.Exception?.Length ?? 0) + (Entry.Properties?.Sum(property => property.Key.Length + property.Value.Length + 50) ?? 0))
            + Terms.Sum(term => OverheadOfTerm + 2L * term.Length);
    }
}
