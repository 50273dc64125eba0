using System.Text.Json.Serialization;
using Ticketing.Documents;

namespace Ticketing.Testing.Documents;

/// <summary>A document to try stores with.</summary>
/// <param name="Text">Any text.</param>
/// <param name="Amount">Money.</param>
/// <param name="At">An instant.</param>
/// <param name="Count">A number.</param>
/// <param name="Shelf">The key of an index; null is in none.</param>
public sealed record Note(string Text = "", decimal Amount = 0, DateTimeOffset At = default, long Count = 0, string? Shelf = null)
{
    /// <summary>The index by <see cref="Shelf"/>.</summary>
    public const string ByShelf = "shelf";

    /// <summary>The index by <see cref="At"/>.</summary>
    public const string ByTime = "at";

    /// <summary>The type, with its indexes.</summary>
    public static DocumentType<Note> Type { get; } = new(
        "notes", NoteJson.Default.Note,
        new DocumentIndex<Note>(ByShelf, note => note.Shelf),
        new DocumentIndex<Note>(ByTime, note => note.At == default ? null : IndexQuery.Key(note.At)));
}

[JsonSerializable(typeof(Note))]
internal sealed partial class NoteJson : JsonSerializerContext;
