namespace Ticketing.Documents;

/// <summary>
/// The store can never hold a document, or look for an id, that it was given: a key is too long, say, or a document too large. That document
/// is not stored; whether others of the same call are is unknown. The same call fails again.
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
