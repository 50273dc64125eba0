using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Ticketing.Benchmarks.Shops;
using Ticketing.Documents;
using Ticketing.Documents.PostgreSql;
using Ticketing.Payments.Webhooks;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Stores;

namespace Ticketing.Benchmarks.Webhooks;

/// <summary>
/// Stripe's webhooks at a rate that does not wait for the answers: how long an answer takes, alone and while buyers book, and what the bookings lose by it.
/// Documents are in PostgreSQL, and charges and questions go to Stripe's simulator.
/// </summary>
internal static class WebhooksBenchmark
{
    private const string Key = "sk_test_benchmark", Secret = "whsec_benchmark";
    private const int Tickets = 100, Buyers = 16, Paid = 100;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    public static Command Command()
    {
        var rate = new Option<int>("--rate") { DefaultValueFactory = _ => 1000, Description = "Webhooks per second." };
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 10, Description = "How long each load lasts." };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 3, Description = "How often bookings are measured without webhooks and with them." };
        var command = new Command("webhooks", "Stripe's webhooks per second, on PostgreSQL, and what they cost the bookings.") { rate, seconds, rounds };
        command.SetAction((arguments, _) => RunAsync(arguments.GetRequiredValue(rate), arguments.GetRequiredValue(seconds), arguments.GetRequiredValue(rounds)));
        return command;
    }

    private static async Task<int> RunAsync(int rate, int seconds, int rounds)
    {
        if (!PostgresServer.IsAvailable)
        {
            Console.Error.WriteLine(PostgresServer.Missing);
            return 1;
        }
        await using var kafka = await RealKafka.StartAsync();
        await using var postgres = await PostgresServer.StartAsync();
        var stripe = $"http://127.0.0.1:{FreePorts.Take()}";
        await using var simulator = ChildProcess.Start(ChildProgram.Built("StripeSimulator") with { Environment = [("ASPNETCORE_URLS", stripe)] });
        await Eventually.IsAsync(() => simulator.Output.Contains("Application started", StringComparison.Ordinal), () => simulator.Output);
        await using var services = await ShopProcesses.StartOnAsync(
            kafka.BootstrapServers, [], ("Documents__Store", "postgres"), ("ConnectionStrings__postgres", postgres.ConnectionString),
            ("Payments__Stripe__ApiKey", Key), ("Payments__Stripe__ApiBase", stripe), ("Payments__Stripe__WebhookSecrets__0", Secret),
            // As with a live key.
            ("Payments__Stripe__QuestionsPerSecond", "50"),
            // The first charges find cold programs, and bookings wait for theirs.
            ("Payments__AnswerWithin", "00:01:00"), ("Payments__EffectLease", "00:02:00"));
        await using var database = new PostgreSqlDatabase(postgres.ConnectionString, "payments");
        var events = database.Store(ProviderEvent.Documents);

        var seller = await services.Shop.SellerAsync();
        var tickets = await Task.WhenAll(Enumerable.Range(0, Tickets).Select(_ => seller.ListTicketAsync(quantity: 10_000, maxPerBuyer: 10_000)));
        var buyers = await Task.WhenAll(Enumerable.Range(0, Buyers).Select(_ => services.Shop.SignUpAsync()));
        var payments = await PayAsync(buyers[0], tickets[0]);
        var load = new Load(new(services.Shop.Endpoints.Payments, StripeWebhooks.Path), rate, payments);
        await Task.WhenAll(BookAsync(buyers, tickets, WarmUp), load.RunAsync((int)WarmUp.TotalSeconds / 2, "warm"));

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rate:N0} webhooks/s for {seconds} s, {Environment.ProcessorCount} cores"));
        Console.WriteLine($"  alone            {await load.RunAsync(seconds, "alone")}");
        var ratios = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var without = await BookAsync(buyers, tickets, TimeSpan.FromSeconds(seconds));
            var sending = load.RunAsync(seconds, $"with{round}");
            var with = await BookAsync(buyers, tickets, TimeSpan.FromSeconds(seconds));
            Console.WriteLine($"  beside bookings  {await sending}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    bookings/s: {without:0.0} without webhooks, {with:0.0} with them"));
            ratios.Add(with / without);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"bookings with webhooks, of those without: {ratios.Average():0.00} ({string.Join(", ", ratios.Select(ratio => $"{ratio:0.00}"))})"));
        var (stored, handled) = await CountAsync(events);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"answered 200: {load.Accepted:N0} of {load.Sent:N0}; stored: {stored:N0}; handled so far, at 50 questions per second: {handled:N0}"));
        return load.Accepted == load.Sent && stored == load.Sent ? 0 : 1;
    }

    /// <summary>Payments for the webhooks to be about: <c>INTENT:ORDER</c>.</summary>
    private static async Task<List<string>> PayAsync(Caller buyer, Ticket ticket)
    {
        var paid = new List<string>();
        for (var i = 0; i < Paid; i++)
        {
            var order = await buyer.BuyAsync(ticket);
            paid.Add($"{(await buyer.PaymentAsync(order)).PaymentId}:{order.Id}");
        }
        return paid;
    }

    /// <returns>Completed bookings per second.</returns>
    private static async Task<double> BookAsync(Caller[] buyers, Ticket[] tickets, TimeSpan duration)
    {
        var (started, booked) = (Stopwatch.GetTimestamp(), 0);
        await Task.WhenAll(buyers.Select((buyer, i) => Task.Run(async () =>
        {
            for (var next = i; Stopwatch.GetElapsedTime(started) < duration; next += buyers.Length)
            {
                await buyer.BuyAsync(tickets[next % tickets.Length]);
                Interlocked.Increment(ref booked);
            }
        })));
        return booked / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<(int Stored, int Handled)> CountAsync(IDocumentStore<ProviderEvent> events)
    {
        var (stored, handled, after) = (0, 0, (string?)null);
        while (await events.ListIdsAsync(1000, after) is { Count: > 0 } ids)
        {
            stored += ids.Count;
            handled += (await events.ViewManyAsync(ids)).Values.Count(document => document.State.Outcome is not null);
            after = ids[^1];
        }
        return (stored, handled);
    }

    private sealed class Load(Uri url, int rate, List<string> payments)
    {
        public int Sent { get; private set; }

        public int Accepted { get; private set; }

        /// <summary>Sends for so long, and says how it went.</summary>
        public async Task<string> RunAsync(int seconds, string prefix)
        {
            var sent = await WebhookSender.RunAsync(url, Secret, rate, seconds, prefix, payments);
            var total = rate * (WebhookSender.WarmUp + seconds);
            Sent += total;
            Accepted += sent.Accepted;
            return string.Create(CultureInfo.InvariantCulture, $"{sent.Milliseconds.Describe()}   answered 200: {sent.Accepted:N0} of {total:N0}");
        }
    }
}
