namespace Ticketing.Documents.PostgreSql;

/// <summary>
/// The SQL of one type of document. A document's unpublished events are rows of a table of their own, one row per revision that has any,
/// written by the same statement as the document, so by the same transaction. That way the removal of published events never meets a write
/// on the same row: both can but commute. And an index that says which documents have events costs the documents nothing: with the events in
/// the document's row, each removal would copy its state, and each write and removal would touch all its indexes (1.5 times the work, measured).
/// A document's parts, if its type has any, are rows of a table of their own, too.
/// </summary>
internal sealed class Statements
{
    private readonly string _documents;
    private readonly string _view;
    private readonly Func<string, string> _key = index => $"(d.keys->>'{index}') collate \"C\"";

    public Statements(string schema, string type, bool hasParts)
    {
        _documents = $"{Names.Quote(schema)}.{Names.Quote(Names.Check(type))}";
        var outbox = $"{Names.Quote(schema)}.{Names.Quote(Names.Outbox(type))}";
        var parts = $"{Names.Quote(schema)}.{Names.Quote(Names.Parts(type))}";
        const string columns = "d.id, d.revision, d.state", given = "where d.id = any($1)";
        var events = $"array(select o.events from {outbox} o where o.id = d.id order by o.revision)";
        var withParts = hasParts ? $", array(select p.content from {parts} p where p.id = d.id order by p.number)" : "";
        _view = $"select {columns} from {_documents} d";

        Load = $"select {columns}, {events}{withParts} from {_documents} d {given}";
        View = $"{_view} {given}";

        // * The arrays are sorted by id, so that concurrent statements lock rows in the same order.
        // * `= any(array[…])` is `=` that can be looked up in an index for one row after another, and planned in no other way.
        // * A condition that is no longer true when a lock is granted is found out by then: READ COMMITTED looks at the row's latest version.
        // * One statement for new and old, with and without events, would be a third more work than each of these for its own (measured).
        // * `(… in …) is true` is looked up in a hash table; without `is true` it is a join that may compare everything with everything.
        const string next = "unnest($1, $2, $3, $4, $5) as n(id, revision, state, keys, events)";
        var insert = $"insert into {_documents} (id, revision, state, keys) select id, revision, state, keys from";
        var update = $"""
            update {_documents} d set revision = n.revision, state = n.state, keys = n.keys from {next}
            where d.id = any(array[n.id]) and d.revision = n.revision - 1 returning d.id
            """;
        var tell = $"insert into {outbox} (id, revision, events) select id, revision, events from";
        Func<string, string> store = written => $"""
            stored as (insert into {parts} (id, number, content) select id, number, content from unnest($6, $7, $8) as p(id, number, content)
                where (id in (select id from {written})) is true on conflict (id, number) do update set content = excluded.content)
            """;
        var inserting = $"""
            with next as materialized (select * from {next}),
            inserted as ({insert} next on conflict (id) do nothing returning id),
            told as ({tell} next where events is not null and (id in (select id from inserted)) is true)
            """;
        var updating = $"with updated as ({update}, d.revision, n.events), told as ({tell} updated where events is not null)";
        Insert = new(
            $"{insert} {next} on conflict (id) do nothing returning id",
            $"{inserting} select id from inserted", $"{inserting}, {store("inserted")} select id from inserted");
        Update = new(update, $"{updating} select id from updated", $"{updating}, {store("updated")} select id from updated");

        Remove = $"""
            delete from {outbox} o using unnest($1, $2) as p(id, revision)
            where o.id = any(array[p.id]) and o.revision <= p.revision
            """;

        ListIds = $"select d.id from {_documents} d where d.id > $1 order by d.id limit $2";
        FindUnpublished = $"""
            select d.id, {events} from (select o.id from {outbox} o where o.id > $1 group by o.id order by o.id limit $2) d order by d.id
            """;
    }

    /// <summary>Documents with all that belongs to them.</summary>
    public string Load { get; }

    /// <summary>Documents' own rows.</summary>
    public string View { get; }

    /// <summary>Writes documents that are new.</summary>
    public WriteStatement Insert { get; }

    /// <summary>Writes documents that were there before.</summary>
    public WriteStatement Update { get; }

    public string Remove { get; }

    public string ListIds { get; }

    public string FindUnpublished { get; }

    /// <summary>A page of an index from $1 ($3 is the limit), to $2 if there is an end, behind the document $4 if a page went before.</summary>
    public string Query(string index, bool to, bool after) => $"""
        {_view} where {_key(index)} is not null
        and {(after ? $"({_key(index)}, d.id) > ($1, $4)" : $"{_key(index)} >= $1")} {(to ? $"and {_key(index)} <= $2" : "")}
        order by {_key(index)}, d.id limit $3
        """;

    /// <summary>The same from its end, $2 if there is one, or from before the document $4 of the key $2 if a page went before, down to $1.</summary>
    public string QueryDescending(string index, bool to, bool after) => $"""
        {_view} where {_key(index)} is not null
        and {_key(index)} >= $1 {(after ? $"and ({_key(index)}, d.id) < ($2, $4)" : to ? $"and {_key(index)} <= $2" : "")}
        order by {_key(index)} desc, d.id desc limit $3
        """;
}

/// <summary>A statement that writes documents, and says which it wrote.</summary>
/// <param name="Silent">Of documents without new events.</param>
/// <param name="Telling">Of documents some of which have new events.</param>
/// <param name="Parting">Of documents some of which have new or changed parts: their ids, numbers and contents are three more arrays.</param>
internal sealed record WriteStatement(string Silent, string Telling, string Parting);
