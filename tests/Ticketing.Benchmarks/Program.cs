using System.CommandLine;
using Ticketing.Benchmarks.Activities;
using Ticketing.Benchmarks.Cli;
using Ticketing.Benchmarks.Contests;
using Ticketing.Benchmarks.Insights;
using Ticketing.Benchmarks.Logs;
using Ticketing.Benchmarks.Outage;
using Ticketing.Benchmarks.Runtime;
using Ticketing.Benchmarks.Shops;
using Ticketing.Benchmarks.Streams;
using Ticketing.Benchmarks.Telemetry;
using Ticketing.Benchmarks.Webhooks;
using Ticketing.Testing.Brokers;

var root = new RootCommand("What the runtime and the whole shop do in a second. Numbers of one run compare with each other only.")
{
    RuntimeBenchmark.Command(),
    Sink.Command(),
    Contestant.Command(),
    LatencyBenchmark.Command(),
    BookingsBenchmark.Command(),
    LogsBenchmark.Command(),
    WebhooksBenchmark.Command(),
    WebhookSender.Command(),
    StreamsBenchmark.Command(),
    ActivityBenchmark.Command(),
    InsightsBenchmark.Command(),
    OutageBenchmark.Command(),
    CliBenchmark.Command(),
};
if (args is not ["sink" or "activity", ..] && !RealKafka.IsAvailable)
{
    Console.Error.WriteLine(RealKafka.Missing);
    return 1;
}
return await root.Parse(args).InvokeAsync();
