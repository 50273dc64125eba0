using Ticketing.Documents.PostgreSql;
using Ticketing.Testing.Documents;
using Ticketing.Testing.Processes;
using Ticketing.Testing.Stores;
using Ticketing.Tools;

namespace Ticketing.Documents.Tests.PostgreSql;

/// <summary>The files of a private server, whatever an earlier one left behind.</summary>
public sealed class PrivateServerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ticketing-private-").FullName;
    private readonly int _port = FreePorts.Take();

    public PrivateServerTests() => Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PostgresCluster Cluster => new(_directory);

    private string LockFile => Path.Combine(_directory, "data", "postmaster.pid");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_server_that_still_runs_is_ended_and_its_data_are_there_again()
    {
        Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);
        await using var orphan = await StartAsync();
        await using (var database = new PostgreSqlDatabase(Cluster.ConnectionString(_port), "notes"))
            Assert.True((await database.Store(Note.Type).WriteManyAsync([new("a", 1, new("kept"), [])], Cancellation))[0]);
        var processes = ProcessTree.DescendantsOf(orphan.Id);
        Assert.NotEmpty(processes);

        await using var next = await StartAsync();

        Assert.True(await orphan.EndsAsync(TimeSpan.FromSeconds(60)));
        Assert.DoesNotContain(processes, ProcessTree.IsRunning);
        await using var again = new PostgreSqlDatabase(Cluster.ConnectionString(_port), "notes");
        Assert.Equal("kept", (await again.Store(Note.Type).LoadAsync("a", Cancellation))!.State.Text);
    }

    [Fact]
    public async Task A_process_that_only_has_the_number_of_an_earlier_server_is_left_alone()
    {
        Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);
        string[] left;
        await using (await StartAsync())
            left = await File.ReadAllLinesAsync(LockFile, Cancellation);
        await using var innocent = ChildProcess.Start(new("sleep", "600"));
        await File.WriteAllLinesAsync(LockFile, [$"{innocent.Id}", .. left.Skip(1)], Cancellation);

        await using (await StartAsync())
            Assert.False(innocent.HasExited);
    }

    [Fact]
    public async Task Data_that_were_not_finished_are_made_anew()
    {
        var unfinished = Directory.CreateDirectory(Path.Combine(_directory, "unfinished"));
        await File.WriteAllTextAsync(Path.Combine(unfinished.FullName, "PG_VERSION"), "15", Cancellation);
        await using (await StartAsync())
            Assert.False(Directory.Exists(unfinished.FullName));
    }

    private async Task<ChildProcess> StartAsync()
    {
        Cluster.Prepare(durable: false);
        var command = Cluster.Command(_port, "fsync=off");
        var server = ChildProcess.Start(new(command[0], [.. command.Skip(1)]) { Directory = "/", StopSignal = "INT" });
        await server.UntilAsync(() => Cluster.IsReady);
        return server;
    }
}
