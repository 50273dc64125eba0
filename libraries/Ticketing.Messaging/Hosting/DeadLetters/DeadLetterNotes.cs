using System.Globalization;

namespace Ticketing.Messaging;

/// <summary>What a service wrote behind a dead letter, into its partition: that it is about to send it back, that it did, or that nobody wants it.</summary>
internal sealed record DeadLetterNote(string Kind, string Letter, long Offset, DateTimeOffset Time, string? By, int Redrives, string? SentTo)
{
    // Who has not sent it back by then has failed.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    public bool IsRedriven => Kind == DeadLetterHeaders.Redriven;

    public bool IsDiscarded => Kind == DeadLetterHeaders.Discarded;

    /// <summary>Whether nothing more becomes of the dead letter.</summary>
    public bool IsEnd => IsRedriven || IsDiscarded;

    public bool IsOver(DateTimeOffset now) => !IsEnd && now - Time > Lease;

    public Refusal ToRefusal() => new(RefusalKind.Conflict, string.Create(CultureInfo.InvariantCulture,
        $"{(IsDiscarded ? "It was discarded" : IsRedriven ? "It was sent back" : "It is being sent back")} by {By ?? "an unknown user"}, {Time.UtcDateTime:O}."));
}

/// <summary>
/// The notes of a partition, in their order, which is the same for every instance: of several that claim a dead letter at once, all see the
/// same one as the first.
/// </summary>
internal sealed class DeadLetterNotes
{
    private readonly Dictionary<string, DeadLetterNote> _byLetter = [];
    private readonly Dictionary<string, DeadLetterNote> _bySent = [];

    /// <summary>The offset up to which they are read.</summary>
    public long End { get; set; }

    /// <summary>What holds for this dead letter: it was sent back, someone is about to, or it was discarded.</summary>
    public DeadLetterNote? On(string letter) => _byLetter.GetValueOrDefault(letter);

    /// <summary>The note on the dead letter that was sent back to this place of the origin topic.</summary>
    public DeadLetterNote? OnOneSentTo(string place) => _bySent.GetValueOrDefault(place);

    public void Add(DeadLetterNote note)
    {
        if (note.IsRedriven || On(note.Letter) is not { } last || last.IsOver(note.Time))
            _byLetter[note.Letter] = note;
        if (note.SentTo is { } place)
            _bySent[place] = note;
    }
}
