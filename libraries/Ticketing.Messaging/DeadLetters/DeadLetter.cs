namespace Ticketing.Messaging.DeadLetters;

/// <summary>An event that a group could not handle.</summary>
/// <param name="Id">Names it among the service's dead letters: where it lies, <c>topic-partition-offset</c>.</param>
/// <param name="Topic">Where it came from.</param>
/// <param name="Partition">The origin's partition.</param>
/// <param name="Offset">The origin's offset.</param>
/// <param name="Group">The group that could not handle it.</param>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value, read as UTF-8; null if there was none, or it was too large to keep.</param>
/// <param name="Headers">Its own headers, without those that the dead-letter queue added.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Redrives">How often it was sent back before.</param>
/// <param name="Time">When it was given up.</param>
public sealed record DeadLetter(
    string Id, string Topic, int Partition, long Offset, string Group, string? Key, string? Value,
    IReadOnlyDictionary<string, string> Headers, string Error, int Attempts, int Redrives, DateTimeOffset? Time);
