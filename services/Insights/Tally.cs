using Streamiz.Kafka.Net.Processors.Public;
using Streamiz.Kafka.Net.State;
using Streamiz.Kafka.Net.Stream;

namespace Ticketing.Insights;

/// <summary>The numbers of a ticket in a window; all of them if there is no window.</summary>
internal sealed record Counted(WindowCounted? Window, Totals Totals);

/// <summary>
/// Counts sales in windows. Its store has each sale once, and the numbers in memory are their sum: a newer revision of a sale is counted in place of the earlier
/// one, so a sale that comes twice, after a crash or in a replay, is counted once. The library's own aggregation adds up what comes, and with at-least-once a record comes
/// twice at times. What a sale concerns is told on with each record, even if nothing has changed: it may be that the last time it was not.
/// </summary>
internal sealed class Tally : ITransformer<string, Sale, string, Counted>
{
    private readonly (WindowSize Size, TimeWindowOptions Windows)[] _windows;
    private readonly long _lateness;
    private readonly Dictionary<string, Totals> _all = [];
    private readonly Dictionary<(string TicketId, WindowSize Size, long Start), Totals> _counted = [];
    private ProcessorContext<string, Counted>? _context;
    private IKeyValueStore<string, Sale>? _sales;
    private bool _isRestored;
    private long _newest;

    /// <summary>Streamiz wants to be able to make one.</summary>
    public Tally()
        : this(TimeSpan.MaxValue)
    {
    }

    /// <param name="lateness">How far behind the newest moment of a partition one may be that is not counted yet.</param>
    public Tally(TimeSpan lateness)
    {
        _lateness = (long)lateness.TotalMilliseconds;
        var minute = TimeSpan.FromMinutes(1);
        _windows =
        [
            (WindowSize.Minute, TumblingWindowOptions.Of(minute)),
            (WindowSize.FiveMinutes, HoppingWindowOptions.Of(5 * minute, minute)),
            (WindowSize.Hour, TumblingWindowOptions.Of(60 * minute)),
        ];
    }

    public void Init(ProcessorContext<string, Counted> context) =>
        (_context, _sales) = (context, (IKeyValueStore<string, Sale>)context.GetStateStore(SalesTopology.Sales));

    public Record<string, Counted>? Process(Record<string, Sale> record)
    {
        Restore();
        var key = $"{record.Value.TicketId}/{record.Value.OrderId}";
        var (before, now) = (_sales!.Get(key), record.Value);
        foreach (var moment in now.Moments)
            _newest = Math.Max(_newest, moment.At.ToUnixTimeMilliseconds());
        now = now with { Moments = [.. now.Moments.Where(moment => before?.Moments.Contains(moment) == true || !IsLate(moment))] };
        IEnumerable<Moment> concerned = now.Moments;
        if (before is null || before.Revision < now.Revision)
        {
            if (before is not null)
            {
                Count(before, -1);
                // The others add what they did.
                concerned = now.Moments.Except(before.Moments.Where(moment => moment.Step != Step.Paid));
            }
            Count(now, 1);
            _sales.Put(key, now);
        }
        else
        {
            concerned = before.Moments;
        }
        foreach (var (size, start) in concerned.SelectMany(WindowsOf).Distinct())
            if (_counted.TryGetValue((now.TicketId, size, start), out var totals))
                _context!.Forward(now.TicketId, new Counted(new(now.TicketId, size, DateTimeOffset.FromUnixTimeMilliseconds(start), totals), totals));
        if (_all.TryGetValue(now.TicketId, out var all))
            _context!.Forward(now.TicketId, new Counted(null, all));
        return null;
    }

    public void Close()
    {
    }

    /// <summary>The store is restored from its changelog before the first record comes, but after <see cref="Init"/>.</summary>
    private void Restore()
    {
        if (_isRestored)
            return;
        _isRestored = true;
        foreach (var (_, sale) in _sales!.All())
            Count(sale, 1);
    }

    private bool IsLate(Moment moment) => moment.At.ToUnixTimeMilliseconds() <= _newest - _lateness;

    private void Count(Sale sale, int sign)
    {
        var all = Of(_all, sale.TicketId);
        foreach (var moment in sale.Moments)
        {
            var added = sale.At(moment);
            all.Add(added, sign);
            foreach (var (size, start) in WindowsOf(moment))
                Of(_counted, (sale.TicketId, size, start)).Add(added, sign);
        }
    }

    private IEnumerable<(WindowSize Size, long Start)> WindowsOf(Moment moment) =>
        _windows.SelectMany(windows => windows.Windows.WindowsFor(moment.At.ToUnixTimeMilliseconds()).Keys.Select(start => (windows.Size, start)));

    private static Totals Of<TKey>(Dictionary<TKey, Totals> totals, TKey key)
        where TKey : notnull
    {
        if (!totals.TryGetValue(key, out var found))
            totals[key] = found = new();
        return found;
    }
}
