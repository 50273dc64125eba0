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
    /// <param name="commands">
    /// Makes the statements, anew for each attempt: to Npgsql (10.0.0 and 10.0.1, its issue 6432), a command stays prepared on the connection
    /// that it ran on, and on the next it would run whatever bears the same name there.
    /// </param>
    /// <param name="read">Reads one row.</param>
    /// <param name="repeatable">Whether doing it twice is as good as once.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <exception cref="StoreUnavailableException">The server cannot be reached now, or does not answer in time.</exception>
    public async ValueTask<List<TRow>> QueryAsync<TRow>(
        Func<IReadOnlyList<NpgsqlBatchCommand>> commands, Func<NpgsqlDataReader, TRow> read, bool repeatable, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(commands(), read, cancellation);
            }
            // The server has undone all of it, so it is safe to do it again.
            catch (PostgresException e) when (attempt < Attempts && Failures.IsUndone(e))
            {
            }
            // A connection of the pool that broke while it was idle: the server may long be back, and the next one is new.
            catch (NpgsqlException e) when (attempt == 1 && repeatable && Failures.IsBroken(e))
            {
            }
            catch (Exception e) when (Failures.IsUnavailable(e))
            {
                throw new StoreUnavailableException($"PostgreSQL does not answer: {e.Message}", e);
            }
        }
    }

    private async Task<List<TRow>> AttemptAsync<TRow>(
        IReadOnlyList<NpgsqlBatchCommand> commands, Func<NpgsqlDataReader, TRow> read, CancellationToken cancellation)
    {
        await using var batch = source.CreateBatch();
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
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
