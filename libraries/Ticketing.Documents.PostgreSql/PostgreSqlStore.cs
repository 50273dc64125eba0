using Npgsql;
using Ticketing.Documents.PostgreSql.Encoding;
using Ticketing.Documents.PostgreSql.Schema;

namespace Ticketing.Documents.PostgreSql;

/// <summary>Documents of one type in a table: reading.</summary>
internal sealed partial class PostgreSqlStore<T>(DocumentType<T> type, Statements sql, Session session, TableSetup<T> setup) : IDocumentStore<T>
    where T : class
{
    public async ValueTask<Document<T>?> LoadAsync(string id, CancellationToken cancellation = default) =>
        await ReadAsync(sql.Load, [Parameter(new[] { TextCode.Encode(id) })], cancellation) is [var document] ? document : null;

    public async ValueTask<IReadOnlyDictionary<string, Document<T>>> LoadManyAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation = default)
    {
        var found = new Dictionary<string, Document<T>>(ids.Count);
        if (ids.Count > 0)
            foreach (var document in await ReadAsync(sql.Load, [Parameter(ids.Select(TextCode.Encode).ToArray())], cancellation))
                found[document.Id] = document;
        return found;
    }

    public async ValueTask<IReadOnlyList<Document<T>>> QueryAsync(IndexQuery query, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        if (!type.Indexes.Any(index => index.Name == query.Index))
            throw new ArgumentException($"'{type.Name}' has no index '{query.Index}'.", nameof(query));
        return await ReadAsync(
            sql.Query(query.Index, query.To is not null, query.After is not null),
            [
                Parameter(TextCode.Encode(query.After?.Key ?? query.From)),
                Parameter(TextCode.Encode(query.To ?? "")),
                Parameter(query.Limit),
                Parameter(TextCode.Encode(query.After?.Id ?? "")),
            ],
            cancellation);
    }

    public async ValueTask<IReadOnlyList<Document<T>>> FindUnpublishedAsync(
        int limit, string? after = null, CancellationToken cancellation = default) =>
        await ReadAsync(sql.FindUnpublished, [Parameter(TextCode.Encode(after ?? "")), Parameter(limit)], cancellation);

    private async ValueTask<List<Document<T>>> ReadAsync(string statement, NpgsqlParameter[] parameters, CancellationToken cancellation)
    {
        await setup.ReadyAsync(cancellation);
        return await session.QueryAsync([Session.Command(statement, parameters)], Read, repeatable: true, cancellation);
    }

    private Document<T> Read(NpgsqlDataReader row)
    {
        var state = StateCode.Decode(row.GetFieldValue<byte[]>(2), type.Json);
        if (type.Parts is { } parts)
            state = parts.With(state, Array.ConvertAll(row.GetFieldValue<byte[][]>(4), part => new ReadOnlyMemory<byte>(part)));
        return new(TextCode.Decode(row.GetString(0)), row.GetInt64(1), state, EventsCode.Decode(row.GetFieldValue<byte[][]>(3)));
    }

    private static NpgsqlParameter<TValue> Parameter<TValue>(TValue value) => new() { TypedValue = value };
}
