namespace Ticketing.Documents;

/// <summary>
/// Cuts what grows in a state into parts that are stored beside the rest of it, which is the state's JSON: a write stores the rest and those
/// parts that it changes, so its cost does not grow with the document, and what is only shown is read without them. No index may depend on
/// them.
/// </summary>
/// <param name="Of">
/// A state's parts, in order: bytes, best of no more than some 1,800, which is what a row of PostgreSQL keeps in place. A document's parts
/// become more, never fewer, and one that is not changed stays the same memory. Throws <see cref="InvalidOperationException"/> if the state
/// was read without its parts, so that no store writes it.
/// </param>
/// <param name="With">A state as it comes out of its JSON, with its parts; null is a state whose parts are not read.</param>
public sealed record DocumentParts<T>(
    Func<T, IReadOnlyList<ReadOnlyMemory<byte>>> Of, Func<T, IReadOnlyList<ReadOnlyMemory<byte>>?, T> With)
    where T : class
{
    /// <summary>The parts that a write must store, by their place.</summary>
    /// <exception cref="ArgumentException">There are fewer than before.</exception>
    /// <exception cref="InvalidOperationException">The state, or the one before, was read without its parts.</exception>
    public IReadOnlyList<(int Number, ReadOnlyMemory<byte> Content)> Changed(Document<T> document)
    {
        var (before, parts) = (document.Previous is { } previous ? Of(previous) : [], Of(document.State));
        return parts.Count < before.Count
            ? throw new ArgumentException($"Document {document.Id} has fewer parts than before.", nameof(document))
            : [.. parts.Select((part, i) => (i, part)).Where(part => part.i >= before.Count || !part.part.Equals(before[part.i]))];
    }
}
