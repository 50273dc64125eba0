namespace Ticketing.Messaging;

/// <summary>An event that a group could not handle.</summary>
/// <param name="Id">Names it among the service's dead letters: where it lies, <c>topic-partition-offset</c>.</param>
/// <param name="Topic">Where it came from.</param>
/// <param name="Partition">The origin's partition.</param>
/// <param name="Offset">The origin's offset.</param>
/// <param name="Group">The group that could not handle it.</param>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value, read as UTF-8; null if there was none, or it was too large to keep. In a list only its beginning.</param>
/// <param name="ValueBytes">How large its value was; null if there was none.</param>
/// <param name="ValueTruncated">Whether <paramref name="Value"/> is only its beginning.</param>
/// <param name="Headers">Its own headers, as its producer sent them.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Redrives">How often it was sent back.</param>
/// <param name="RedrivenBy">The user who sent it back last; null if nobody did.</param>
/// <param name="RedrivenAt">When that was: after <paramref name="Time"/> if it was not given up again since.</param>
/// <param name="DiscardedBy">The user who discarded it; null if nobody did.</param>
/// <param name="DiscardedAt">When that was.</param>
/// <param name="Time">When it was given up.</param>
public sealed record DeadLetter(
    string Id, string Topic, int Partition, long Offset, string Group, string? Key, string? Value, int? ValueBytes, bool ValueTruncated,
    IReadOnlyDictionary<string, string> Headers, string Error, int Attempts, int Redrives, string? RedrivenBy, DateTimeOffset? RedrivenAt,
    string? DiscardedBy, DateTimeOffset? DiscardedAt, DateTimeOffset? Time);

/// <summary>Some of the dead letters, oldest first of each topic.</summary>
/// <param name="Letters">At most as many as were asked for; fewer if they are large.</param>
/// <param name="Next">The id after which the next page begins; null if there is none.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Letters, string? Next);
