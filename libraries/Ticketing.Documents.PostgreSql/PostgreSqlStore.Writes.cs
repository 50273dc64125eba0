using Npgsql;
using NpgsqlTypes;
using Ticketing.Documents.PostgreSql.Encoding;

namespace Ticketing.Documents.PostgreSql;

/// <summary>Writing: arrays with an entry per document, sorted by id.</summary>
internal sealed partial class PostgreSqlStore<T>
{
    public async ValueTask<IReadOnlyList<bool>> WriteManyAsync(IReadOnlyList<Document<T>> documents, CancellationToken cancellation = default)
    {
        var result = new bool[documents.Count];
        if (result.Length == 0)
            return result;
        await setup.ReadyAsync(cancellation);

        var (ids, order) = Sort(documents, document => document.Id);
        var sorted = Array.ConvertAll(order, i => documents[i]);
        var written = await session.QueryAsync(
            sql.Write,
            [
                Parameter(ids),
                Parameter(Array.ConvertAll(sorted, document => document.Revision)),
                Jsonb(Array.ConvertAll(sorted, document => StateCode.Encode(document.State, type.Json))),
                Jsonb(Array.ConvertAll(sorted, document => KeysCode.Encode(document.State, type.Indexes))),
                Parameter(Array.ConvertAll(sorted, document => EventsCode.Encode(document.Outbox, document.Revision))),
            ],
            row => row.GetString(0),
            // Done a second time, what was written would be said to be a conflict.
            repeatable: false, cancellation);
        foreach (var id in written)
            result[order[Array.BinarySearch(ids, id, StringComparer.Ordinal)]] = true;
        return result;
    }

    public async ValueTask RemovePublishedAsync(IReadOnlyList<PublishedUpTo> published, CancellationToken cancellation = default)
    {
        if (published.Count == 0)
            return;
        await setup.ReadyAsync(cancellation);
        var (ids, order) = Sort(published, entry => entry.Id);
        await session.QueryAsync(
            sql.Remove, [Parameter(ids), Parameter(Array.ConvertAll(order, i => published[i].Revision))],
            static _ => 0, repeatable: true, cancellation);
    }

    private static (string[] Ids, int[] Order) Sort<TItem>(IReadOnlyList<TItem> items, Func<TItem, string> id)
    {
        var ids = items.Select(item => TextCode.Encode(id(item))).ToArray();
        var order = Enumerable.Range(0, ids.Length).ToArray();
        Array.Sort(ids, order, StringComparer.Ordinal);
        return (ids, order);
    }

    private static NpgsqlParameter<byte[][]> Jsonb(byte[][] values) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb };
}
