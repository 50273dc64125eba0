using System.Collections.Concurrent;

namespace Ticketing.Insights;

/// <summary>
/// All results, as the topics have them. Every instance reads them all, whichever instance counted them, so each answers every question by itself.
/// </summary>
public sealed class InsightsView
{
    private readonly ConcurrentDictionary<string, Numbers> _tickets = new();
    private readonly Lock _lock = new();
    private long _changes;
    private TaskCompletionSource _news = NewNews();

    /// <summary>Ends with the next change.</summary>
    public Task News => Volatile.Read(ref _news).Task;

    /// <summary>How many changes there were. It grows.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>The tickets that are known.</summary>
    public IEnumerable<TicketCounted> Tickets => _tickets.Values.Select(numbers => numbers.Ticket).OfType<TicketCounted>();

    /// <summary>A ticket; null if it is not known.</summary>
    public TicketCounted? Find(string ticketId) => _tickets.GetValueOrDefault(ticketId)?.Ticket;

    /// <summary>The tickets that have changed since there were so many changes.</summary>
    public IReadOnlyList<TicketCounted> ChangedSince(long changes) =>
        [.. from numbers in _tickets.Values where numbers.Change > changes && numbers.Ticket is not null orderby numbers.Change select numbers.Ticket];

    /// <summary>The windows of a ticket that begin from a time on and before another one, in their order.</summary>
    public IReadOnlyList<WindowCounted> Windows(string ticketId, WindowSize size, DateTimeOffset start, DateTimeOffset end)
    {
        if (!_tickets.TryGetValue(ticketId, out var numbers))
            return [];
        lock (numbers.Windows)
            return [.. from window in numbers.Windows.Values where window.Size == size && window.Start >= start && window.Start < end orderby window.Start select window];
    }

    /// <summary>A result came.</summary>
    public void Take(WindowCounted counted)
    {
        var numbers = _tickets.GetOrAdd(counted.TicketId, _ => new());
        lock (numbers.Windows)
            numbers.Windows[(counted.Size, counted.Start)] = counted;
        Tell(numbers);
    }

    /// <summary>A result came.</summary>
    public void Take(TicketCounted counted)
    {
        var numbers = _tickets.GetOrAdd(counted.TicketId, _ => new());
        numbers.Ticket = counted;
        Tell(numbers);
    }

    private void Tell(Numbers numbers)
    {
        lock (_lock)
            numbers.Change = ++_changes;
        Interlocked.Exchange(ref _news, NewNews()).SetResult();
    }

    private static TaskCompletionSource NewNews() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Numbers
    {
        public Dictionary<(WindowSize, DateTimeOffset), WindowCounted> Windows { get; } = [];

        public volatile TicketCounted? Ticket;

        public long Change;
    }
}
