using Npgsql;

namespace Ticketing.Documents.PostgreSql;

/// <summary>Runs statements: what is run together is one transaction and one round trip.</summary>
internal sealed class Session(NpgsqlDataSource source)
{
    private const int Attempts = 5;

    /// <summary>A statement with positional parameters.</summary>
    public static NpgsqlBatchCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
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
        await using var batch = source.CreateBatch();
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(batch, read, cancellation);
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

    private static async Task<List<TRow>> AttemptAsync<TRow>(
        NpgsqlBatch batch, Func<NpgsqlDataReader, TRow> read, CancellationToken cancellation)
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
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
