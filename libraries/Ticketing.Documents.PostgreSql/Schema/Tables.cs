using Npgsql;

namespace Ticketing.Documents.PostgreSql.Schema;

/// <summary>What a type's tables and indexes look like.</summary>
internal sealed class Tables(NpgsqlConnection connection, string schema)
{
    private const int TimeoutSeconds = 600;

    public Task LockAsync() => RunAsync("select pg_advisory_xact_lock(hashtextextended($1, 0))", schema);

    public async Task CreateAsync(string type)
    {
        // `if not exists` alone would need the right to create schemas even where the schema was made by somebody who has it.
        if (!await IsTrueAsync("select exists (select from pg_namespace where nspname = $1)", schema))
            await RunAsync($"create schema {Names.Quote(schema)}");
        // Room on each page, so that a new version of a document finds its place beside the old one, and indexes need not be told.
        await RunAsync($"""
            create table if not exists {Table(type)} (
                id text collate "C" primary key, revision bigint not null, state jsonb not null, keys jsonb not null) with (fillfactor = 75)
            """);
        await CompressFastAsync(Table(type), "state");
        await KeepNoStatisticsAsync(Table(type), "id", "revision", "state", "keys");
        // Rows come and go: it is cleaned after so many of them, and not in proportion to what was once there.
        await RunAsync($"""
            create table if not exists {Table(Names.Outbox(type))} (
                id text collate "C", revision bigint, events bytea not null, primary key (id, revision))
            with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000)
            """);
        await CompressFastAsync(Table(Names.Outbox(type)), "events");
        await KeepNoStatisticsAsync(Table(Names.Outbox(type)), "id", "revision", "events");
    }

    /// <summary>A part changes again and again until it is full, and finds room for that beside itself.</summary>
    public async Task CreatePartsAsync(string type)
    {
        await RunAsync($"""
            create table if not exists {Table(Names.Parts(type))} (
                id text collate "C", number integer, content bytea not null, primary key (id, number)) with (fillfactor = 60)
            """);
        await KeepNoStatisticsAsync(Table(Names.Parts(type)), "id", "number", "content");
    }

    public Task<bool> HasIndexAsync(string type, string index) => IsTrueAsync(
        "select exists (select from pg_indexes where schemaname = $1 and indexname = $2)", schema, Names.Index(type, Names.Check(index)));

    public async Task CreateIndexAsync(string type, string index)
    {
        await RunAsync($"""
            create index {Names.Quote(Names.Index(type, index))} on {Table(type)}
            (((keys->>'{index}') collate "C"), id) where (keys->>'{index}') is not null
            """);
        await RunAsync($"alter index {Table(Names.Index(type, index))} alter column 1 set statistics 0");
    }

    /// <summary>
    /// A row beyond some 2 KB is compressed with every write: with LZ4 in a third of the time. PostgreSQL 14 has it, if built so.
    /// </summary>
    private async Task CompressFastAsync(string table, string column)
    {
        if (await IsTrueAsync("select exists (select from pg_settings where name = 'default_toast_compression' and 'lz4' = any(enumvals))")
            && await IsTrueAsync("select attcompression <> 'l' from pg_attribute where attrelid = $1::regclass and attname = $2", table, column))
            await RunAsync($"alter table {table} alter column {column} set compression lz4");
    }

    /// <summary>
    /// No plan depends on what is in the rows (<see cref="PostgreSqlDatabase"/>), so autovacuum need not find out. It would sort a sample of
    /// 30,000 documents each time a table has grown by a tenth: a tenth of all work while it is small (measured).
    /// </summary>
    private async Task KeepNoStatisticsAsync(string table, params string[] columns)
    {
        if (await IsTrueAsync("select exists (select from pg_attribute where attrelid = $1::regclass and attnum > 0 and attstattarget is distinct from 0)", table))
            await RunAsync($"alter table {table} {string.Join(", ", columns.Select(column => $"alter column {column} set statistics 0"))}");
    }

    private string Table(string name) => $"{Names.Quote(schema)}.{Names.Quote(name)}";

    private async Task<bool> IsTrueAsync(string sql, params string[] parameters)
    {
        await using var command = Command(sql, parameters);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private async Task RunAsync(string sql, params string[] parameters)
    {
        await using var command = Command(sql, parameters);
        await command.ExecuteNonQueryAsync();
    }

    private NpgsqlCommand Command(string sql, string[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = TimeoutSeconds };
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = parameter });
        return command;
    }
}
