using Npgsql;

namespace Ticketing.Documents.PostgreSql;

/// <summary>
/// Runs statements: what is run together is one transaction and one round trip. A pooler between us and the server, such as PgBouncer in
/// transaction mode, may run each transaction on another connection. Then no statement is prepared, and each transaction is told what
/// otherwise a session is told once.
/// </summary>
internal sealed class Session : IAsyncDisposable, IDisposable
{
    private const int Attempts = 5;

    // Every statement finds its rows by an index. A plan that was made while a table was empty reads all of it instead, and is kept for a
    // minute or more while the table grows. As that is made to look expensive, just-in-time compilation must not think it worth while.
    private static readonly (string Name, string Value)[] Planning =
        [("enable_seqscan", "off"), ("jit", "off"), ("plan_cache_mode", "force_generic_plan")];

    private static readonly string PlanTransaction =
        $"select {string.Join(", ", Planning.Select(setting => $"set_config('{setting.Name}', '{setting.Value}', true)"))}";

    private readonly NpgsqlDataSource _own;
    private readonly NpgsqlDataSource _pooled;

    // Until that is known, what works either way.
    private volatile bool _isPooled = true;

    /// <param name="defaults">Of the connection string.</param>
    /// <param name="connectionString">What it says itself wins.</param>
    public Session(string defaults, string connectionString)
    {
        var options = string.Join(' ', Planning.Select(setting => $"-c {setting.Name}={setting.Value}"));
        _own = NpgsqlDataSource.Create($"{defaults}Max Auto Prepare=50;Auto Prepare Min Usages=2;Options='{options}';{connectionString}");
        // PgBouncer refuses options that it does not know, and older ones (before 1.21) know nothing of what is prepared.
        _pooled = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(defaults + connectionString) { MaxAutoPrepare = 0 });
    }

    /// <summary>A statement with positional parameters.</summary>
    public static NpgsqlBatchCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }

    /// <summary>A connection to make tables on. Finds out whether there is a pooler: what it says is the server's process is not.</summary>
    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = await _pooled.OpenConnectionAsync();
        try
        {
            await using var command = new NpgsqlCommand("select pg_backend_pid()", connection);
            _isPooled = (int)(await command.ExecuteScalarAsync())! != connection.ProcessID;
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The rows of statements, one after the other.</summary>
    /// <param name="commands">The statements.</param>
    /// <param name="read">Reads one row.</param>
    /// <param name="repeatable">Whether doing it twice is as good as once.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <exception cref="StoreUnavailableException">The server cannot be reached now, or does not answer in time.</exception>
    /// <exception cref="DocumentRejectedException">The server can never do this.</exception>
    public async ValueTask<List<TRow>> QueryAsync<TRow>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<NpgsqlDataReader, TRow> read, bool repeatable, CancellationToken cancellation)
    {
        // One for all attempts: a batch knows on which connection its commands are prepared, the commands do not.
        var isPooled = _isPooled;
        await using var batch = (isPooled ? _pooled : _own).CreateBatch();
        if (isPooled)
            batch.BatchCommands.Add(Command(PlanTransaction));
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(batch, isPooled, read, cancellation);
            }
            // The server has undone all of it, so it is safe to do it again.
            catch (PostgresException e) when (attempt < Attempts && Failures.IsUndone(e))
            {
            }
            // A connection of the pool that broke while it was idle: the server may long be back, and the next one is new.
            catch (NpgsqlException e) when (attempt == 1 && repeatable && Failures.IsBroken(e))
            {
            }
            catch (PostgresException e) when (Failures.IsRejected(e))
            {
                throw new DocumentRejectedException($"PostgreSQL cannot hold the document: {e.MessageText} (SQLSTATE {e.SqlState}).", e);
            }
            catch (Exception e) when (Failures.IsUnavailable(e))
            {
                throw new StoreUnavailableException($"PostgreSQL does not answer: {e.Message}", e);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        _own.Dispose();
        _pooled.Dispose();
    }

    private static async Task<List<TRow>> AttemptAsync<TRow>(
        NpgsqlBatch batch, bool skipsFirst, Func<NpgsqlDataReader, TRow> read, CancellationToken cancellation)
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        if (skipsFirst)
            await reader.NextResultAsync(cancellation);
        var rows = new List<TRow>();
        do
        {
            while (await reader.ReadAsync(cancellation))
                rows.Add(read(reader));
        }
        while (await reader.NextResultAsync(cancellation));
        return rows;
    }
}
