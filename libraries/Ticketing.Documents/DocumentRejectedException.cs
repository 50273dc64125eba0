namespace Ticketing.Documents;

/// <summary>
/// The store cannot hold this document, or look for this id, now or later: a key that is too long, a character that it has no place for, a
/// number out of its range, a document that is too large. Nothing of the call is stored; the same call fails the same way.
/// </summary>
public sealed class DocumentRejectedException : Exception
{
    /// <summary>Without a cause.</summary>
    public DocumentRejectedException()
        : this("The document store cannot hold the document.")
    {
    }

    /// <summary>With a text of its own.</summary>
    public DocumentRejectedException(string message)
        : base(message)
    {
    }

    /// <summary>With the driver's error as its cause.</summary>
    public DocumentRejectedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
