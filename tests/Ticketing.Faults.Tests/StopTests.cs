using Ticketing.Faults.Tests.Running;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Stores;

namespace Ticketing.Faults.Tests;

/// <summary>Every process ends at once, under load, and is started again.</summary>
public sealed class StopTests
{
    [Fact]
    public async Task Nothing_is_lost_when_everything_is_stopped_and_when_everything_is_killed()
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        var run = new FaultRun(Random.Shared.Next(1, 100_000), TimeSpan.FromSeconds(18))
        {
            Script = [new(TimeSpan.FromSeconds(4), FaultKind.StopEverything, 0), new(TimeSpan.FromSeconds(11), FaultKind.KillEverything, 0)],
        };

        var result = await run.RunAsync();

        var (snapshot, _, logs) = result;
        Assert.Equal("1 KillEverything, 1 StopEverything", result.Tally);
        // A load that nothing got through proves nothing; how much gets through is the machine's business.
        Assert.True(snapshot.Acknowledged.Count > 0, $"No order was acknowledged. Logs: {logs}");
        var violations = Checker.Check(snapshot);
        Assert.True(violations.Count == 0, $"{Checker.Report(snapshot, violations, $"seed {run.Seed}")}\nLogs: {logs}");
        Directory.Delete(logs, recursive: true);
    }
}
