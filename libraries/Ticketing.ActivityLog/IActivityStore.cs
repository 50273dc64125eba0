namespace Ticketing.ActivityLog;

/// <summary>Where entries are kept for a while. Several instances may use one at once.</summary>
public interface IActivityStore
{
    /// <summary>Stores those that are not there yet, by their ids. All of them are durable when it returns.</summary>
    /// <exception cref="Documents.StoreUnavailableException">The store is away.</exception>
    Task AppendAsync(IReadOnlyList<ActivityEntry> entries, CancellationToken cancellation = default);

    /// <summary>The newest that match, the newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="after">The last one that is known; null to begin.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <exception cref="Documents.StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<ActivityEntry>> FindAsync(ActivityFilter filter, int limit, ActivityCursor? after = null, CancellationToken cancellation = default);

    /// <summary>How many match, by minutes.</summary>
    /// <exception cref="Documents.StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<ActivityCount>> CountAsync(ActivityFilter filter, CancellationToken cancellation = default);

    /// <summary>Those that match of what was stored after a number, whichever instance stored it.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="after">The number.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <exception cref="Documents.StoreUnavailableException">The store is away.</exception>
    Task<ActivityTail> TailAsync(ActivityFilter filter, long after, int limit, CancellationToken cancellation = default);

    /// <summary>Removes what is too old or too much. To be called now and then, by any instance.</summary>
    /// <exception cref="Documents.StoreUnavailableException">The store is away.</exception>
    Task TrimAsync(CancellationToken cancellation = default);
}

/// <summary>How much is kept.</summary>
/// <param name="MaxAge">Nothing that is older than this is shown, and it is removed soon.</param>
/// <param name="MaxBytes">Beyond so many bytes the oldest are removed.</param>
public sealed record Retention(TimeSpan MaxAge, long MaxBytes);
