namespace Ticketing.Documents;

/// <summary>
/// Cuts what grows in a state into parts that are stored beside the rest of it: a write stores the rest and those parts that it changes, so
/// its cost does not grow with the document. No index may depend on them.
/// </summary>
/// <param name="Of">
/// A state's parts, in order: bytes, best of no more than some 1,800, which is what a row of PostgreSQL keeps in place. A document's parts
/// become more, never fewer, and one that is not changed stays the same memory.
/// </param>
/// <param name="Rest">A state as it is stored, without its parts.</param>
/// <param name="With">A state as it was stored, with its parts.</param>
public sealed record DocumentParts<T>(
    Func<T, IReadOnlyList<ReadOnlyMemory<byte>>> Of, Func<T, T> Rest, Func<T, IReadOnlyList<ReadOnlyMemory<byte>>, T> With)
    where T : class
{
    /// <summary>The parts that a write must store, by their place.</summary>
    /// <exception cref="ArgumentException">There are fewer than before.</exception>
    public IEnumerable<(int Number, ReadOnlyMemory<byte> Content)> Changed(Document<T> document)
    {
        var (before, parts) = (document.Previous is { } previous ? Of(previous) : [], Of(document.State));
        if (parts.Count < before.Count)
            throw new ArgumentException($"Document {document.Id} has fewer parts than before.", nameof(document));
        for (var i = 0; i < parts.Count; i++)
            if (i >= before.Count || !parts[i].Equals(before[i]))
                yield return (i, parts[i]);
    }
}
