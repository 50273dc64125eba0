using System.Data.Common;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Ticketing.Benchmarks.Runtime;

namespace Ticketing.Benchmarks.Contests;

/// <summary>The documents of those contestants that bring no store of their own.</summary>
internal static class DocumentsTable
{
    private const string Create = """
        create table documents (id text collate "C" primary key, version bigint not null, state jsonb not null) with (fillfactor = 75);
        """;

    /// <summary>A database with these and further tables in the schema.</summary>
    public static async Task<NpgsqlDataSource> OpenAsync(ContestRun run, string further = "")
    {
        var database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(run.Postgres) { SearchPath = run.Name, MaxAutoPrepare = 20, NoResetOnClose = true });
        await using var command = database.CreateCommand($"create schema {run.Name}; {Create} {further}");
        await command.ExecuteNonQueryAsync();
        return database;
    }

    /// <summary>Reads what is there of these.</summary>
    public static NpgsqlBatchCommand Select(IEnumerable<string> ids) =>
        Command("select state from documents where id = any($1)", Array(ids.Distinct(), id => id));

    /// <summary>The answer to <see cref="Select"/>.</summary>
    public static async Task<Dictionary<string, FollowedOrder>> ReadAsync(DbDataReader reader)
    {
        var documents = new Dictionary<string, FollowedOrder>();
        while (await reader.ReadAsync())
        {
            var order = JsonSerializer.Deserialize(reader.GetString(0), BenchmarkJson.Default.FollowedOrder)!;
            documents.Add(order.Id, order);
        }
        return documents;
    }

    /// <summary>Writes them, in the order of their ids, so that two who write the same never wait for each other.</summary>
    public static NpgsqlBatchCommand Upsert(IReadOnlyCollection<FollowedOrder> orders)
    {
        var sorted = orders.OrderBy(order => order.Id, StringComparer.Ordinal).ToList();
        return Command(
            """
            insert into documents as d (id, version, state) select * from unnest($1, $2, $3)
            on conflict (id) do update set version = excluded.version, state = excluded.state where d.version < excluded.version
            """,
            Array(sorted, order => order.Id), Array(sorted, order => order.Version),
            Array(sorted, order => JsonSerializer.Serialize(order, BenchmarkJson.Default.FollowedOrder), NpgsqlDbType.Jsonb));
    }

    /// <summary>The answer to <see cref="Upsert"/>.</summary>
    public static void Check(NpgsqlBatchCommand upsert, int orders)
    {
        if (upsert.RecordsAffected != orders)
            throw new InvalidOperationException("Somebody else has changed a document meanwhile.");
    }

    public static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    public static NpgsqlParameter<TValue[]> Array<T, TValue>(IEnumerable<T> items, Func<T, TValue> value, NpgsqlDbType? type = null)
    {
        var parameter = new NpgsqlParameter<TValue[]> { TypedValue = [.. items.Select(value)] };
        if (type is { } element)
            parameter.NpgsqlDbType = NpgsqlDbType.Array | element;
        return parameter;
    }
}
