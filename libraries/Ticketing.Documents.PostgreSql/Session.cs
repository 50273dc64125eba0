using Npgsql;

namespace Ticketing.Documents.PostgreSql;

/// <summary>Runs statements, each a transaction of its own and one round trip.</summary>
internal sealed class Session(NpgsqlDataSource source)
{
    private const int Attempts = 5;

    /// <summary>The rows of a statement.</summary>
    /// <param name="sql">The statement, with positional parameters.</param>
    /// <param name="parameters">Their values.</param>
    /// <param name="read">Reads one row.</param>
    /// <param name="repeatable">Whether doing it twice is as good as once.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <exception cref="StoreUnavailableException">The server cannot be reached now, or does not answer in time.</exception>
    public async ValueTask<List<TRow>> QueryAsync<TRow>(
        string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, TRow> read, bool repeatable, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(sql, parameters, read, cancellation);
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
        string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, TRow> read, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(sql);
        try
        {
            command.Parameters.AddRange(parameters);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var rows = new List<TRow>();
            while (await reader.ReadAsync(cancellation))
                rows.Add(read(reader));
            return rows;
        }
        finally
        {
            // They belong to one command at a time, and there may be a next attempt.
            command.Parameters.Clear();
        }
    }
}
