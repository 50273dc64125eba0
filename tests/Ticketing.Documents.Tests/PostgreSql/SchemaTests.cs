using Npgsql;
using Ticketing.Documents.PostgreSql;
using Ticketing.Testing;
using Ticketing.Testing.Documents;

namespace Ticketing.Documents.Tests.PostgreSql;

/// <summary>How tables come to be, and change.</summary>
public sealed class SchemaTests(PostgreSqlFixture postgres) : IClassFixture<PostgreSqlFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instances_that_start_at_once_share_one_schema()
    {
        var schema = postgres.NewSchema();
        var instances = Enumerable.Range(0, 6).Select(_ => postgres.Open(schema).Store(Note.Type)).ToArray();

        var written = await Task.WhenAll(instances.Select(async store => (await store.WriteManyAsync([New("a", "x")], Cancellation))[0]));

        Assert.Single(written, one => one);
        Assert.All(instances, store => Assert.NotNull(store.LoadAsync("a", Cancellation).AsTask().Result));
    }

    [Fact]
    public async Task A_ping_answers_when_the_tables_are_there()
    {
        var schema = postgres.NewSchema();
        var database = postgres.Open(schema);
        _ = database.Store(Note.Type);

        await database.PingAsync(Cancellation);

        await using var source = Npgsql.NpgsqlDataSource.Create(postgres.Server.ConnectionString);
        await using var table = source.CreateCommand($"select to_regclass('{schema}.{Note.Type.Name}')::text");
        Assert.IsType<string>(await table.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Schemas_are_apart()
    {
        var (one, other) = (postgres.Open().Store(Note.Type), postgres.Open().Store(Note.Type));
        await one.WriteManyAsync([New("a", "x")], Cancellation);
        Assert.Null(await other.LoadAsync("a", Cancellation));
    }

    [Fact]
    public async Task What_is_only_shown_needs_no_table_of_parts_or_events_and_a_sweep_no_documents()
    {
        var schema = postgres.NewSchema();
        var store = postgres.Open(schema).Store(Roll.Type);
        var told = new OutboxEvent(1, "e", "t", "a", "x", new byte[] { 7 }, DateTimeOffset.UnixEpoch);
        await store.WriteManyAsync([new("a", 1, new("t", [new([1])]), [told])], Cancellation);
        await using var source = NpgsqlDataSource.Create(postgres.Server.ConnectionString);

        await RenameAsync("rolls_parts", "no_parts");
        await RenameAsync("rolls_outbox", "no_outbox");
        Assert.Equal("t", (await store.ViewAsync("a", Cancellation))!.State.Title);
        Assert.Equal("t", (await store.ViewManyAsync(["a"], Cancellation))["a"].State.Title);
        Assert.Equal("t", Assert.Single(await store.QueryAsync(IndexQuery.Equal("title", "t", 9), Cancellation)).State.Title);
        await Assert.ThrowsAsync<PostgresException>(async () => await store.LoadAsync("a", Cancellation));

        await RenameAsync("no_outbox", "rolls_outbox");
        await RenameAsync("rolls", "no_rolls");
        var outbox = Assert.Single(await store.FindUnpublishedAsync(9, null, Cancellation));
        Assert.Equal(("a", "e", 7), (outbox.Id, outbox.Events[0].Id, outbox.Events[0].Data.Span[0]));

        async Task RenameAsync(string table, string name)
        {
            await using var rename = source.CreateCommand($"alter table {schema}.{table} rename to {name}");
            await rename.ExecuteNonQueryAsync(Cancellation);
        }
    }

    [Fact]
    public async Task Of_instances_that_write_one_document_each_part_is_the_winners()
    {
        var schema = postgres.NewSchema();
        var instances = Enumerable.Range(0, 6).Select(_ => postgres.Open(schema).Store(Roll.Type)).ToArray();
        for (var revision = 1; revision <= 50; revision++)
        {
            var written = await Task.WhenAll(instances.Select((store, i) => Task.Run(async () => (await store.WriteManyAsync(
                [new("a", revision, new("t", [new([(byte)i]), new([(byte)i])]), [])], Cancellation))[0])));

            var winner = Assert.Single(Enumerable.Range(0, instances.Length), i => written[i]);
            var stored = (await instances[0].LoadAsync("a", Cancellation))!;
            Assert.All(stored.State.Parts, part => Assert.Equal(winner, part.Span[0]));
        }
    }

    [Fact]
    public async Task An_index_that_is_declared_later_has_the_documents_that_are_there()
    {
        var schema = postgres.NewSchema();
        var before = postgres.Open(schema).Store(Note.Type with { Indexes = [] });
        await before.WriteManyAsync([.. Enumerable.Range(0, 1200).Select(i => New($"n{i:D4}", i % 3 == 0 ? null : "x"))], Cancellation);

        var after = postgres.Open(schema).Store(Note.Type);

        Assert.Equal(800, (await after.QueryAsync(IndexQuery.Equal(Note.ByShelf, "x", 2000), Cancellation)).Count);
    }

    [Fact]
    public Task Every_statement_finds_its_rows_by_an_index_even_while_the_tables_are_empty() => AssertIndexesAreUsedAsync(postgres);

    internal static async Task AssertIndexesAreUsedAsync(PostgreSqlFixture postgres)
    {
        var schema = postgres.NewSchema();
        await using var database = new PostgreSqlDatabase(postgres.ConnectionString, schema);
        var store = database.Store(Note.Type);
        // Often enough that plans are kept, on empty tables; then so much that reading a whole table shows.
        for (var i = 0; i < 10; i++)
            await UseAsync(store, "none");
        await store.WriteManyAsync([.. Enumerable.Range(0, 2000).Select(i => New($"n{i:D4}", "x"))], Cancellation);
        for (var i = 0; i < 10; i++)
            await UseAsync(store, "n0000");
        await using var source = NpgsqlDataSource.Create(postgres.Server.ConnectionString);
        // The server counts with some delay.
        var seen = (Whole: 0L, Indexed: 0L);
        await Eventually.IsAsync(async () => (seen = await ScansAsync(source, schema)).Indexed > 1000, () => $"{seen}");
        Assert.Equal(0, seen.Whole);
    }

    private static async Task UseAsync(IDocumentStore<Note> store, string id)
    {
        await store.LoadManyAsync([id, "other"], Cancellation);
        await store.ViewManyAsync([id, "other"], Cancellation);
        await store.WriteManyAsync([New(id, "x") with { Revision = 9 }], Cancellation);
        await store.RemovePublishedAsync([new(id, 1)], Cancellation);
        await store.FindUnpublishedAsync(1, null, Cancellation);
        await store.QueryAsync(new(Note.ByShelf, "y", "z", 1), Cancellation);
    }

    [Fact]
    public async Task Long_values_are_compressed_fast_and_columns_keep_no_statistics()
    {
        var schema = postgres.NewSchema();
        await postgres.Open(schema).Store(Roll.Type).WriteManyAsync([new("a", 1, new("t", [new([1])]), [])], Cancellation);
        await using var source = NpgsqlDataSource.Create(postgres.Server.ConnectionString);
        await using var command = source.CreateCommand($"""
            select count(*) filter (where attstattarget is distinct from 0), string_agg(attname, ' ' order by attname) filter (where attcompression = 'l'),
                (select 'lz4' = any(enumvals) from pg_settings where name = 'default_toast_compression')
            from pg_attribute where attnum > 0 and attrelid in (select oid from pg_class where relkind = 'r' and relnamespace = '{schema}'::regnamespace)
            """);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        await reader.ReadAsync(Cancellation);
        Assert.Equal(0, reader.GetInt64(0));
        Assert.SkipUnless(!reader.IsDBNull(2) && reader.GetBoolean(2), "This PostgreSQL has no LZ4.");
        Assert.Equal("events state", reader.GetString(1));
    }

    private static async Task<(long Whole, long Indexed)> ScansAsync(NpgsqlDataSource source, string schema)
    {
        await using var command = source.CreateCommand(
            $"select sum(seq_tup_read)::bigint, sum(idx_scan)::bigint from pg_stat_user_tables where schemaname = '{schema}'");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        await reader.ReadAsync(Cancellation);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static Document<Note> New(string id, string? shelf) => new(id, 1, new(Shelf: shelf), []);
}
