namespace Ticketing.Documents;

/// <summary>The store cannot be reached now. Whether the call took effect is unknown; it is safe to load and try again.</summary>
public sealed class StoreUnavailableException : Exception
{
    /// <summary>Without a cause.</summary>
    public StoreUnavailableException()
        : this("The document store is unavailable.")
    {
    }

    /// <summary>With a text of its own.</summary>
    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With the driver's error as its cause.</summary>
    public StoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
