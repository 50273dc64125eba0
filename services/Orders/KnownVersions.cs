using System.Collections.Frozen;
using System.Globalization;
using Ticketing.ServiceDefaults;

namespace Ticketing.Orders;

/// <summary>
/// The versions of an order that its caller knows (<c>If-None-Match</c>), and what is news to it while it waits. A tag that is none of the order's
/// versions says nothing: its caller waits from the present version on, and is not answered at once again and again.
/// </summary>
public sealed record KnownVersions
{
    private FrozenSet<long> _versions = [];
    private long _present;

    /// <summary>Whether it names any.</summary>
    public bool IsEmpty => _versions.Count == 0;

    /// <summary>Whether it names whatever there is (<c>*</c>).</summary>
    public bool IsAny { get; private init; }

    /// <summary>What a request names.</summary>
    public static KnownVersions Of(HttpRequest request)
    {
        var (tags, any) = request.Known();
        return new()
        {
            IsAny = any,
            _versions = tags.Select(tag => long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0)
                .Where(version => version > 0).ToFrozenSet(),
        };
    }

    /// <summary>When the wait begins.</summary>
    public KnownVersions From(long present) => this with { _present = present, _versions = IsAny ? [present] : _versions };

    /// <summary>Whether it names a newer one than this.</summary>
    public bool IsAheadOf(long version) => _versions.Any(known => known > version);

    /// <summary>Whether a version ends the wait: it is not known, and follows one that is, or the one that was there when the wait began.</summary>
    public bool IsNews(long version, bool isLast) => !_versions.Contains(version) && (isLast || version > _present || _versions.Any(known => known < version));
}
