using System.Globalization;

namespace Ticketing.Documents;

/// <summary>Documents whose key lies from <paramref name="From"/> to <paramref name="To"/>, both included, by key, then by id.</summary>
/// <param name="Index">The name of a declared <see cref="DocumentIndex{T}"/>.</param>
/// <param name="From">The first key.</param>
/// <param name="To">The last key; null is no end.</param>
/// <param name="Limit">How many documents at most, 1 or more.</param>
/// <param name="After">Where the page before ended: only what follows it is returned.</param>
/// <param name="Descending">The last key first, and the last id of each. What follows <paramref name="After"/> is then what is before it in the index.</param>
public sealed record IndexQuery(string Index, string From, string? To, int Limit, IndexCursor? After = null, bool Descending = false)
{
    /// <summary>Documents with exactly this key, after the document <paramref name="afterId"/> of the page before.</summary>
    public static IndexQuery Equal(string index, string key, int limit, string? afterId = null) =>
        new(index, key, key, limit, afterId is null ? null : new IndexCursor(key, afterId));

    /// <summary>Documents whose key is a <see cref="Key(DateTimeOffset)"/> that is not later than <paramref name="time"/>.</summary>
    public static IndexQuery Due(string index, DateTimeOffset time, int limit) => new(index, "", Key(time), limit);

    /// <summary>An instant as a key that sorts by time, to the tick.</summary>
    public static string Key(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}

/// <summary>A place in an index: behind this key and document.</summary>
/// <param name="Key">The last document's key.</param>
/// <param name="Id">The last document's id.</param>
public sealed record IndexCursor(string Key, string Id);
