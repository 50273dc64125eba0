using Npgsql;
using Ticketing.Documents.PostgreSql.Encoding;
using Ticketing.Documents.PostgreSql.Schema;

namespace Ticketing.Documents.PostgreSql;

/// <summary>Documents of one type in a table: reading.</summary>
internal sealed partial class PostgreSqlStore<T>(DocumentType<T> type, Statements sql, Session session, TableSetup<T> setup) : IDocumentStore<T>
    where T : class
{
    public async ValueTask<Document<T>?> LoadAsync(string id, CancellationToken cancellation = default) =>
        (await LoadManyAsync([id], cancellation)).GetValueOrDefault(id);

    public async ValueTask<IReadOnlyDictionary<string, Document<T>>> LoadManyAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation = default) =>
        (await FindAsync(sql.Load, Read, ids, cancellation)).ToDictionary(document => document.Id);

    public async ValueTask<DocumentView<T>?> ViewAsync(string id, CancellationToken cancellation = default) =>
        (await ViewManyAsync([id], cancellation)).GetValueOrDefault(id);

    public async ValueTask<IReadOnlyDictionary<string, DocumentView<T>>> ViewManyAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation = default) =>
        (await FindAsync(sql.View, View, ids, cancellation)).ToDictionary(view => view.Id);

    public async ValueTask<IReadOnlyList<DocumentView<T>>> QueryAsync(IndexQuery query, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        if (!type.Indexes.Any(index => index.Name == query.Index))
            throw new ArgumentException($"'{type.Name}' has no index '{query.Index}'.", nameof(query));
        return await ReadAsync(
            query.Descending
                ? sql.QueryDescending(query.Index, query.To is not null, query.After is not null)
                : sql.Query(query.Index, query.To is not null, query.After is not null),
            View,
            [
                Parameter(TextCode.Encode(query.Descending ? query.From : query.After?.Key ?? query.From)),
                Parameter(TextCode.Encode((query.Descending ? query.After?.Key : null) ?? query.To ?? "")),
                Parameter(query.Limit),
                Parameter(TextCode.Encode(query.After?.Id ?? "")),
            ],
            cancellation);
    }

    public async ValueTask<IReadOnlyList<string>> ListIdsAsync(int limit, string? after = null, CancellationToken cancellation = default) =>
        await ReadAsync(
            sql.ListIds, row => TextCode.Decode(row.GetString(0)), [Parameter(TextCode.Encode(after ?? "")), Parameter(limit)], cancellation);

    public async ValueTask<IReadOnlyList<DocumentOutbox>> FindUnpublishedAsync(
        int limit, string? after = null, CancellationToken cancellation = default) => await ReadAsync(
            sql.FindUnpublished, row => new DocumentOutbox(TextCode.Decode(row.GetString(0)), EventsCode.Decode(row.GetFieldValue<byte[][]>(1))),
            [Parameter(TextCode.Encode(after ?? "")), Parameter(limit)], cancellation);

    private async ValueTask<List<TRow>> FindAsync<TRow>(
        string statement, Func<NpgsqlDataReader, TRow> read, IReadOnlyCollection<string> ids, CancellationToken cancellation) => ids.Count == 0
            ? []
            : await ReadAsync(statement, read, [Parameter(ids.Select(TextCode.Encode).ToArray())], cancellation);

    private async ValueTask<List<TRow>> ReadAsync<TRow>(
        string statement, Func<NpgsqlDataReader, TRow> read, NpgsqlParameter[] parameters, CancellationToken cancellation)
    {
        await setup.ReadyAsync(cancellation);
        return await session.QueryAsync([Session.Command(statement, parameters)], read, repeatable: true, cancellation);
    }

    private DocumentView<T> View(NpgsqlDataReader row)
    {
        var state = StateCode.Decode(row.GetFieldValue<byte[]>(2), type.Json);
        return new(TextCode.Decode(row.GetString(0)), row.GetInt64(1), type.Parts is { } parts ? parts.With(state, null) : state);
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
