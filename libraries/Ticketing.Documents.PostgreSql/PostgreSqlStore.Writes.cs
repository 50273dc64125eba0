using Npgsql;
using NpgsqlTypes;
using Ticketing.Documents.PostgreSql.Encoding;

namespace Ticketing.Documents.PostgreSql;

/// <summary>Writing: arrays with an entry per document, sorted by id; what is new and what is not in one round trip and transaction.</summary>
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
        var (created, changed) = (Array.FindAll(sorted, document => document.Revision == 1), Array.FindAll(sorted, document => document.Revision != 1));
        var commands = new List<NpgsqlBatchCommand>(2);
        if (created.Length > 0)
            commands.Add(Write(sql.Insert, created));
        if (changed.Length > 0)
            commands.Add(Write(sql.Update, changed));
        // Done a second time, what was written would be said to be a conflict.
        var written = await session.QueryAsync(commands, row => row.GetString(0), repeatable: false, cancellation);
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
            [Session.Command(sql.Remove, Parameter(ids), Parameter(Array.ConvertAll(order, i => published[i].Revision)))],
            static _ => 0, repeatable: true, cancellation);
    }

    private NpgsqlBatchCommand Write(WriteStatement statement, Document<T>[] documents)
    {
        var events = Array.ConvertAll(documents, document => EventsCode.Encode(document.Outbox, document.Revision));
        var command = Session.Command(
            Array.TrueForAll(events, one => one is null) ? statement.Silent : statement.Telling,
            Parameter(Array.ConvertAll(documents, document => TextCode.Encode(document.Id))),
            Parameter(Array.ConvertAll(documents, document => document.Revision)),
            Jsonb(Array.ConvertAll(documents, document => StateCode.Encode(document.State, type.Json))),
            Jsonb(Array.ConvertAll(documents, document => KeysCode.Encode(document.State, type.Indexes))),
            Parameter(events));
        var parts = documents.SelectMany(document => type.Parts?.Changed(document).Select(part => (document.Id, part.Number, part.Content)) ?? []).ToArray();
        if (parts.Length == 0)
            return command;
        command.CommandText = statement.Parting;
        command.Parameters.Add(Parameter(Array.ConvertAll(parts, part => TextCode.Encode(part.Id))));
        command.Parameters.Add(Parameter(Array.ConvertAll(parts, part => part.Number)));
        command.Parameters.Add(Parameter(Array.ConvertAll(parts, part => part.Content.ToArray())));
        return command;
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
