using System.Diagnostics;
using Ticketing.Contracts;
using Ticketing.Faults.Tests.Load;
using Ticketing.Testing;
using Ticketing.Testing.Stores;

namespace Ticketing.Faults.Tests.Running;

/// <summary>The shop on a broker and a durable store, under load, while things go wrong; then what it left behind.</summary>
/// <param name="Seed">Makes the faults and the load's choices.</param>
/// <param name="Duration">Of the load.</param>
/// <param name="Brokers">One, or three with three copies of everything; 0 is the embedded one.</param>
internal sealed record FaultRun(int Seed, TimeSpan Duration, int Brokers = 1)
{
    // Holds and the payments' leases run out, an instance whose process froze rejoins its groups; seats that were taken back are taken back again after a
    // minute if nobody answered; webhooks come up to a minute late; a lease of a call to Stripe that failed again and again lasts for as long.
    private static readonly TimeSpan RestPatience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan LongEnoughForLateWebhooks = TimeSpan.FromMinutes(1);

    public IReadOnlyList<Fault> Script { get; init; } = FaultScript.Of(Seed, Duration);

    /// <summary>Runs it, and returns when all is quiet, or should be.</summary>
    public async Task<FaultRunResult> RunAsync()
    {
        await using var broker = await RunBroker.StartAsync(Brokers);
        await using var postgres = await PostgresServer.StartAsync("fsync=off", "max_connections=200");
        var environment = new RunEnvironment(() => broker.BootstrapServers, postgres.ConnectionString, Brokers);
        await using var fleet = new Fleet(environment);
        using var client = new ShopClient(fleet.Of);
        var operating = await fleet.StartAsync(client);
        var (load, office) = (new ShopLoad(client, new(fleet.Stripe.Account), Seed), new BackOffice(operating, fleet.Stripe.Account));
        await load.PrepareAsync();

        var (log, lost, store) = (new LogReader(() => broker.BootstrapServers), new LostLogs(), new StoreReader(postgres.ConnectionString));
        using var faults = new Faults(
            fleet, environment, broker, postgres, new Injector(() => broker.BootstrapServers), new LogFaults(fleet, environment, broker, log, lost, operating));
        List<Glance> glances;
        using (var stop = new CancellationTokenSource(Duration))
        {
            var watching = new Watcher(log, lost, store).RunAsync(stop.Token);
            await Task.WhenAll(load.RunAsync(stop.Token), office.RunAsync(stop.Token), BreakAsync(faults, environment));
            glances = await watching;
        }

        // What is late comes now: Stripe tells what it has not told when it starts.
        if (Duration < LongEnoughForLateWebhooks)
            await fleet.Stripe.KillAsync(TimeSpan.Zero);
        await fleet.BecomeHealthyAsync();
        await RestAsync(fleet, store, office, environment);
        var snapshot = await LookAsync();
        // A loss may be noticed only when nothing else happens any more. Then everything is told again.
        for (var started = Stopwatch.GetTimestamp(); lost.All.Count > 0 && Checker.Check(snapshot).Count > 0 && Stopwatch.GetElapsedTime(started) < RestPatience;)
        {
            await RestAsync(fleet, store, office, environment);
            snapshot = await LookAsync();
        }
        return new(snapshot, faults.Tally, environment.Directory);

        async Task<Snapshot> LookAsync()
        {
            var (all, positions) = await Task.Run(() => (log.ReadAll(), lost.Number(log.ReadPositions)));
            // What services log may be lost, and is nobody's event.
            var records = all.Where(record => record.Topic != Topics.Logs).Select(lost.Numbered).ToLookup(record => record.Topic == Facts.ActivityTopic);
            return new(
                DateTimeOffset.UtcNow, [.. records[false]], await store.ReadAllAsync(), load.Acknowledged, positions,
                await fleet.Stripe.Account.ReadAsync(), glances)
            {
                Lost = lost.All,
                Actions = [.. records[true]],
                GivenBack = load.GivenBack,
                EndedSessions = await Task.WhenAll(load.SignedOut.Select(async person => new EndedSession(person.Id, await person.GoodAtAsync()))),
                Mails = MailReader.ReadAll(environment.MailFolder),
                People = [.. load.SignedUp.Append(operating).Select(person => new SignedUp(person.Id, person.Email, person.IsDeleted))],
            };
        }
    }

    private async Task BreakAsync(Faults faults, RunEnvironment environment)
    {
        var (started, running) = (Stopwatch.GetTimestamp(), new List<Task>());
        foreach (var fault in Script)
        {
            var wait = fault.At - Stopwatch.GetElapsedTime(started);
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            environment.Log("faults", fault.ToString());
            running.Add(faults.RunAsync(fault));
        }
        await Task.WhenAll(running);
    }

    private static async Task RestAsync(Fleet fleet, StoreReader store, BackOffice office, RunEnvironment environment)
    {
        var why = "";
        try
        {
            await Eventually.IsAsync(async () =>
            {
                await Eventually.IsAsync(IsQuietAsync, () => why, RestPatience);
                await NothingInFlight.WaitAsync(environment.Kafka, WholeShop.Groups, fleet.OutboxesAreEmptyAsync, RestPatience);
                return await IsQuietAsync();
            }, () => why, RestPatience);
        }
        catch (TimeoutException e)
        {
            // The checker says better than this what is stuck.
            environment.Log("faults", e.Message);
        }

        // In this order: what the office does changes what the shop has to do.
        async ValueTask<bool> IsQuietAsync()
        {
            why = !await office.FinishAsync() ? "money still moves"
                : !await IsToldAsync(fleet.Stripe.Account, store) ? "Stripe's news are not known"
                : !await store.IsQuietAsync() ? "documents still change"
                : "";
            return why.Length == 0;
        }
    }

    /// <summary>Whether everything that has happened at Stripe was told, or could have been found since.</summary>
    private static async Task<bool> IsToldAsync(StripeAccount stripe, StoreReader store)
    {
        var news = await stripe.EventsAsync();
        return news.TrueForAll(one => one.PendingWebhooks == 0)
            && (news.Count == 0 || await store.LookedForMissedEventsUntilAsync() > DateTimeOffset.FromUnixTimeSeconds(news.Max(one => one.Created) + 1));
    }
}

/// <summary>What a run left behind.</summary>
/// <param name="Snapshot">For the checker.</param>
/// <param name="Faults">What was carried out, how often.</param>
/// <param name="Logs">The folder with the services' output.</param>
internal sealed record FaultRunResult(Snapshot Snapshot, IReadOnlyDictionary<string, int> Faults, string Logs)
{
    public string Tally => string.Join(", ", Faults.OrderBy(entry => entry.Key).Select(entry => $"{entry.Value} {entry.Key}"));
}
