using Npgsql;
using Ticketing.Documents.PostgreSql;
using Ticketing.Testing.Documents;
using Ticketing.Testing.Stores;

namespace Ticketing.Documents.Tests.PostgreSql;

/// <summary>A server on this machine, by its Unix socket: <c>Host=/var/run/postgresql</c>.</summary>
public sealed class UnixSocketTests
{
    [Fact]
    public async Task A_server_is_reached_by_its_socket()
    {
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        var cancellation = TestContext.Current.CancellationToken;
        var directory = Path.TrimEndingDirectorySeparator(Path.GetTempPath());
        await using var server = await PostgresServer.StartAsync("fsync=off", $"unix_socket_directories={directory}");
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Host = directory };
        await using var database = new PostgreSqlDatabase(settings.ConnectionString, "notes");
        var store = database.Store(Note.Type);

        Assert.True((await store.WriteManyAsync([new("a", 1, new("kept"), [])], cancellation))[0]);
        Assert.Equal("kept", (await store.LoadAsync("a", cancellation))!.State.Text);
    }
}
