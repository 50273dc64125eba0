using System.Globalization;
using Ticketing.Faults.Tests.Running;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Stores;

namespace Ticketing.Faults.Tests;

/// <summary>
/// The promises hold while everything fails. <c>TICKETING_FAULT_SEED</c>, <c>_RUNS</c>, <c>_SECONDS</c> and <c>_BROKERS</c> choose the runs;
/// without them they are short runs.
/// </summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Promises_hold_while_everything_fails()
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        var seed = Setting("SEED", Random.Shared.Next(1, 100_000));
        var (runs, length) = (Setting("RUNS", 1), TimeSpan.FromSeconds(Setting("SECONDS", 28)));
        var happened = new HashSet<string>();
        for (var i = 0; i < runs; i++)
            happened.UnionWith((await RunAsync(new(seed + i, length, Setting("BROKERS", 1)))).Faults.Keys);
        // A run in which something never happened says nothing about it; a short one has no time for all of them.
        if (runs * length >= LongEnough)
            Assert.Empty(Enum.GetValues<FaultKind>().Where(kind => kind < FaultKind.StopEverything).Select(kind => $"{kind}").Except(happened));
    }

    [Fact]
    public async Task Promises_hold_while_the_embedded_broker_forgets_everything_again_and_again()
    {
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        var (seed, length) = (Setting("SEED", Random.Shared.Next(1, 100_000)), TimeSpan.FromSeconds(22));
        var result = await RunAsync(new(seed, length, Brokers: 0) { Script = FaultScript.OfEmbedded(seed, length, every: TimeSpan.FromSeconds(9)) });
        Assert.Contains(nameof(FaultKind.LoseBroker), result.Faults.Keys);
    }

    [Fact]
    public async Task Promises_about_money_hold_while_only_its_side_fails()
    {
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        var (seed, runs, length) = (Setting("SEED", Random.Shared.Next(1, 100_000)), Setting("RUNS", 1), TimeSpan.FromSeconds(Setting("SECONDS", 24)));
        for (var i = 0; i < runs; i++)
        {
            var result = await RunAsync(new(seed + i, length, Brokers: 0) { Script = FaultScript.OfMoney(seed + i, length) });
            Assert.Contains(result.Snapshot.Stripe.Intents, intent => intent.Captured > 0);
        }
    }

    private async Task<FaultRunResult> RunAsync(FaultRun run)
    {
        Note($"TICKETING_FAULT_SEED={run.Seed}: {run.Script.Count} faults in {run.Duration.TotalSeconds} s, {(run.Brokers > 0 ? $"{run.Brokers}" : "embedded")} broker(s)");
        var result = await run.RunAsync();
        var (snapshot, _, logs) = result;
        var violations = Checker.Check(snapshot);
        Note($"{snapshot.Acknowledged.Count} orders acknowledged, {snapshot.GivenBack.Count} lines given back, {snapshot.EndedSessions.Count} sign-outs, {snapshot.People.Count} sign-ups, {snapshot.People.Count(person => person.IsDeleted)} deletions, {snapshot.Log.Count} records, {snapshot.Lost.Sum(lost => lost.Records.Count)} lost, {snapshot.Documents.Count} documents, "
            + $"{snapshot.Glances.Count} glances, {violations.Count} violations; faults: {result.Tally}");
        var records = snapshot.Lost.SelectMany(lost => lost.Records).Concat(snapshot.Log).ToList();
        Note($"{records.Count(record => record.Event is not null && record.Type == "ticket.low_stock")} times low, {records.Count(record => record.Event is not null && record.Type == "ticket.sold_out")} times sold out, {snapshot.Mails.Count} mails");
        Note($"{records.Count(e => e.Type == "ticket.revoked")} revocations, {records.Count(e => e.Type == "payment.partially_refunded")} partial refunds, "
            + $"{records.Count(e => e.Text("reason") == "limit_per_buyer")} rejections and ends by a limit");
        Note($"{Tell(snapshot.Stripe)}; {snapshot.Documents.Count(document => document.Type == "provider_events")} events of Stripe stored");
        if (violations.Count > 0)
            await File.WriteAllLinesAsync(Path.Combine(logs, "records.txt"), records.Select(Tell));
        Assert.True(violations.Count == 0,
            $"{Checker.Report(snapshot, violations, $"TICKETING_FAULT_SEED={run.Seed}")}\nFaults:\n{string.Join('\n', run.Script)}\nLogs: {logs}");
        // A load that nothing got through proves nothing; how much gets through is the machine's business.
        Assert.True(snapshot.Acknowledged.Count > 0, $"No order was acknowledged. Logs: {logs}");
        Assert.NotEmpty(snapshot.Glances);
        Directory.Delete(logs, recursive: true);
        return result;
    }

    // The broker is gone when a run is looked into.
    private static string Tell(LogRecord record) =>
        $"{record.Place} {record.Headers.GetValueOrDefault("ce_id")} {record.Headers.GetValueOrDefault("ce_time")} {record.Key} {record.Value}";

    private static string Tell(StripeBooks books) =>
        $"Stripe has {books.Intents.Count} PaymentIntents ({Count(books.Intents.Select(intent => intent.Status))}), {books.Refunds.Count} refunds ({Count(books.Refunds.Select(refund => refund.Status))}), "
        + $"{books.Disputes.Count} disputes ({Count(books.Disputes.Select(dispute => dispute.Status))})";

    private static string Count(IEnumerable<string> all) => string.Join(", ", all.GroupBy(one => one).OrderBy(same => same.Key).Select(same => $"{same.Count()} {same.Key}"));

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
