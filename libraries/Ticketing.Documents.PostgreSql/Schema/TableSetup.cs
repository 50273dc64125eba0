namespace Ticketing.Documents.PostgreSql.Schema;

/// <summary>Makes a type's tables and indexes before their first use, once; a failure is forgotten, so the next use tries again.</summary>
internal sealed class TableSetup<T>(Session session, string schema, DocumentType<T> type)
    where T : class
{
    // An index on a large table takes its time; whoever needs the table meanwhile is told to come back.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private volatile Task? _setup;

    /// <summary>Returns when the tables are there.</summary>
    /// <exception cref="StoreUnavailableException">They are not, for now.</exception>
    public ValueTask ReadyAsync(CancellationToken cancellation) =>
        _setup is { IsCompletedSuccessfully: true } ? ValueTask.CompletedTask : new(WaitAsync(cancellation));

    private async Task WaitAsync(CancellationToken cancellation)
    {
        Task setup;
        lock (_lock)
        {
            if (_setup is null or { IsCompleted: true, IsCompletedSuccessfully: false })
                _setup = Task.Run(SetUpAsync, CancellationToken.None);
            setup = _setup;
        }
        try
        {
            await setup.WaitAsync(Patience, cancellation);
        }
        catch (Exception e) when (Failures.IsUnavailable(e))
        {
            throw new StoreUnavailableException($"PostgreSQL is not ready: {e.Message}", e);
        }
    }

    private async Task SetUpAsync()
    {
        await using var connection = await session.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var tables = new Tables(connection, schema);
        // Until the transaction ends: instances that start at the same time do this one after another.
        await tables.LockAsync();
        await tables.CreateAsync(type.Name);
        if (type.Parts is not null)
            await tables.CreatePartsAsync(type.Name);
        foreach (var index in type.Indexes)
        {
            if (await tables.HasIndexAsync(type.Name, index.Name))
                continue;
            await new KeyBackfill<T>(connection, schema, type, index).RunAsync();
            await tables.CreateIndexAsync(type.Name, index.Name);
        }
        await transaction.CommitAsync();
    }
}
