using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;
using Ticketing.Documents.PostgreSql;
using Ticketing.Testing.Documents;
using Ticketing.Testing.Stores;

namespace Ticketing.Documents.Tests.PostgreSql;

/// <summary>A server that is away, and comes back.</summary>
public sealed class OutageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_away_is_said_to_be_so_and_used_again_when_it_is_back()
    {
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync("fsync=off");
        await using var database = new PostgreSqlDatabase(server.ConnectionString, "notes");
        var store = database.Store(Note.Type);

        // Before the first use.
        await server.StopAsync();
        await AssertAwayAsync(database, store);
        await server.StartAgainAsync();
        await database.PingAsync(Cancellation);
        Assert.True((await store.WriteManyAsync([new("a", 1, new("kept"), [])], Cancellation))[0]);

        // With connections in the pool.
        await server.StopAsync();
        await AssertAwayAsync(database, store);
        await server.StartAgainAsync();
        Assert.Equal("kept", (await store.LoadAsync("a", Cancellation))!.State.Text);

        // Killed, and back before anybody noticed: what is in the pool is broken.
        await server.KillAsync();
        await server.StartAgainAsync();
        Assert.Equal("kept", (await store.LoadAsync("a", Cancellation))!.State.Text);
        Assert.True((await store.WriteManyAsync([new("a", 2, new("again"), [])], Cancellation))[0]);
    }

    [Fact]
    public async Task A_read_on_a_connection_that_broke_is_prepared_anew_on_the_next_and_a_write_is_reported()
    {
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync("fsync=off");
        await using var database = new PostgreSqlDatabase(server.ConnectionString, "notes");
        var store = database.Store(Note.Type);
        await store.WriteManyAsync([new("a", 1, new("kept"), [])], Cancellation);
        // Often enough to be prepared.
        for (var i = 0; i < 5; i++)
            await store.LoadAsync("a", Cancellation);

        await server.KillAsync();
        await server.StartAgainAsync();
        Assert.Equal("kept", (await store.LoadAsync("a", Cancellation))!.State.Text);

        // A write may have been done before its connection broke, so it is not tried again.
        await server.KillAsync();
        await server.StartAgainAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.WriteManyAsync([new("a", 2, new("new"), [])], Cancellation));
        Assert.True((await store.WriteManyAsync([new("a", 2, new("new"), [])], Cancellation))[0]);
    }

    [Fact]
    public async Task What_the_server_undid_is_done_again()
    {
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync("fsync=off");
        await using var database = new PostgreSqlDatabase(server.ConnectionString, "notes");
        var store = database.Store(Note.Type);
        // Often enough to be prepared.
        for (var revision = 1; revision <= 5; revision++)
            Assert.True((await store.WriteManyAsync([new("a", revision, new("kept"), [])], Cancellation))[0]);
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        // A sequence counts what is undone, too.
        await using var undo = source.CreateCommand($"""
            create sequence writes;
            create function undo() returns trigger language plpgsql as $$
            begin
                if nextval('writes') <= 2 then
                    raise exception 'as the test wants' using errcode = 'deadlock_detected';
                end if;
                return null;
            end $$;
            create trigger undo after update on notes.{Note.Type.Name} for each row execute function undo()
            """);
        await undo.ExecuteNonQueryAsync(Cancellation);

        Assert.True((await store.WriteManyAsync([new("a", 6, new("again"), [])], Cancellation))[0]);
        Assert.Equal(("again", 6), await store.LoadAsync("a", Cancellation) is { } note ? (note.State.Text, note.Revision) : default);
    }

    [Fact]
    public async Task What_is_wrong_for_good_is_not_called_away()
    {
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync("fsync=off");
        await using var database = new PostgreSqlDatabase(server.ConnectionString + ";Password=wrong", "notes");
        await Assert.ThrowsAsync<PostgresException>(async () => await database.PingAsync(Cancellation));
    }

    [Fact]
    public async Task What_PostgreSQL_can_never_hold_is_rejected_and_not_called_away()
    {
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync("fsync=off");
        await using var database = new PostgreSqlDatabase(server.ConnectionString, "notes");
        var store = database.Store(Note.Type);
        // Random: an index compresses what repeats.
        var tooLong = Convert.ToHexString(RandomNumberGenerator.GetBytes(4000));
        await Assert.ThrowsAsync<DocumentRejectedException>(
            async () => await store.WriteManyAsync([new("a", 1, new(), []), new(tooLong, 1, new(), [])], Cancellation));
        Assert.Null(await store.LoadAsync("a", Cancellation));
        Assert.Null(await store.LoadAsync(tooLong, Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Orders")]
    [InlineData("or\"ders")]
    [InlineData("orders\n")]
    public void A_schema_has_a_plain_name(string schema) =>
        Assert.Throws<ArgumentException>(() => new PostgreSqlDatabase("Host=127.0.0.1", schema));

    private static async Task AssertAwayAsync(PostgreSqlDatabase database, IDocumentStore<Note> store)
    {
        var started = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await database.PingAsync(Cancellation));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.LoadAsync("a", Cancellation));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.WriteManyAsync([new("b", 1, new(), [])], Cancellation));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.RemovePublishedAsync([new("a", 1)], Cancellation));
        // Each is refused at once. One that waited for a connection would take 5 s.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }
}
