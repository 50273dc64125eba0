using System.Globalization;
using Ticketing.Faults.Tests.Running;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Stores;

namespace Ticketing.Faults.Tests;

/// <summary>
/// The promises hold while everything fails. <c>TICKETING_FAULT_SEED</c>, <c>_RUNS</c>, <c>_SECONDS</c> and <c>_BROKERS</c> choose the runs;
/// without them it is one short run with one broker.
/// </summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Promises_hold_while_everything_fails()
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        var seed = Setting("SEED", Random.Shared.Next(1, 100_000));
        for (var i = 0; i < Setting("RUNS", 1); i++)
            await RunAsync(new(seed + i, TimeSpan.FromSeconds(Setting("SECONDS", 25)), Setting("BROKERS", 1)));
    }

    private async Task RunAsync(FaultRun run)
    {
        Note($"TICKETING_FAULT_SEED={run.Seed}: {run.Script.Count} faults in {run.Duration.TotalSeconds} s, {run.Brokers} broker(s)");
        var (snapshot, faults, logs) = await run.RunAsync();
        var violations = Checker.Check(snapshot);
        Note($"{snapshot.Acknowledged.Count} orders acknowledged, {snapshot.Log.Count} records, {snapshot.Documents.Count} documents, "
            + $"{violations.Count} violations; faults: {faults}");
        Assert.True(violations.Count == 0,
            $"{Checker.Report(snapshot, violations, $"TICKETING_FAULT_SEED={run.Seed}")}\nFaults:\n{string.Join('\n', run.Script)}\nLogs: {logs}");
        // A load that nothing got through proves nothing.
        Assert.True(snapshot.Acknowledged.Count > 5, $"Only {snapshot.Acknowledged.Count} orders were acknowledged. Logs: {logs}");
        Directory.Delete(logs, recursive: true);
    }

    private void Note(string line)
    {
        output.WriteLine(line);
        Console.WriteLine(line);
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable($"TICKETING_FAULT_{name}") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;
}
