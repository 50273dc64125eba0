using System.CommandLine;
using Ticketing.Benchmarks.Runtime;
using Ticketing.Benchmarks.Shops;
using Ticketing.Testing.Brokers;

var root = new RootCommand("What the runtime and the whole shop do in a second. Numbers of one run compare with each other only.")
{
    RuntimeBenchmark.Command(),
    LatencyBenchmark.Command(),
    BookingsBenchmark.Command(),
};
if (!RealKafka.IsAvailable)
{
    Console.Error.WriteLine(RealKafka.Missing);
    return 1;
}
return await root.Parse(args).InvokeAsync();
