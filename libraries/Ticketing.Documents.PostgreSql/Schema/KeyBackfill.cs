using Npgsql;
using NpgsqlTypes;
using Ticketing.Documents.PostgreSql.Encoding;

namespace Ticketing.Documents.PostgreSql.Schema;

/// <summary>
/// Computes the keys of a newly declared index for the documents that are there already. A key that is computed in another way is another
/// index: give it another name. Instances that do not know the index yet should be gone soon: documents that they write are not in it.
/// </summary>
internal sealed class KeyBackfill<T>(NpgsqlConnection connection, string schema, DocumentType<T> type, DocumentIndex<T> index)
    where T : class
{
    private const int Page = 500;

    private readonly string _table = $"{Names.Quote(schema)}.{Names.Quote(type.Name)}";

    public async Task RunAsync()
    {
        while (await ReadAsync() is { Count: > 0 } page)
            await WriteAsync(page);
    }

    private async Task<List<(string Id, long Revision, byte[] Keys)>> ReadAsync()
    {
        var page = new List<(string, long, byte[])>();
        await using var command = new NpgsqlCommand($"select id, revision, state from {_table} where not keys ? $1 limit {Page}", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = index.Name });
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var state = StateCode.Decode(reader.GetFieldValue<byte[]>(2), type.Json);
            page.Add((reader.GetString(0), reader.GetInt64(1), KeysCode.Encode(state, [index])));
        }
        return page;
    }

    private async Task WriteAsync(List<(string Id, long Revision, byte[] Keys)> page)
    {
        // What changed meanwhile is not touched, and is in the next page if its writer did not know the index.
        await using var command = new NpgsqlCommand(
            $"""
            update {_table} d set keys = d.keys || n.keys from unnest($1, $2, $3) as n(id, revision, keys)
            where d.id = any(array[n.id]) and d.revision = n.revision
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. page.Select(row => row.Id)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. page.Select(row => row.Revision)] });
        command.Parameters.Add(new NpgsqlParameter<byte[][]>
        {
            TypedValue = [.. page.Select(row => row.Keys)],
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
        });
        await command.ExecuteNonQueryAsync();
    }
}
