namespace Ticketing.Documents;

/// <summary>Where a service keeps its documents.</summary>
public interface IDocumentDatabase
{
    /// <summary>What keeps the documents, as telemetry says it: <c>db.system.name</c> of OpenTelemetry's semantic conventions.</summary>
    string System { get; }

    /// <summary>Whether the documents are in this process, so that reading one costs nothing.</summary>
    bool IsInProcess => false;

    /// <summary>The documents of one type; the same store for the same type.</summary>
    IDocumentStore<T> Store<T>(DocumentType<T> type)
        where T : class;

    /// <summary>Asks the server for a sign of life, and for all that the stores handed out so far need there, such as tables.</summary>
    /// <exception cref="StoreUnavailableException">It gave none.</exception>
    ValueTask PingAsync(CancellationToken cancellation = default);
}
