using System.Globalization;
using System.Runtime.InteropServices;
using Ticketing.Tools;

// The AppHost starts this program with the topics, TOPIC:PARTITIONS, and reads "ready HOST:PORT" from its standard output. It runs until its
// standard input ends: the parent holds the other end of that pipe, which the operating system closes however the parent ends.
var broker = new MockCluster();
foreach (var topic in args)
{
    var colon = topic.LastIndexOf(':');
    broker.CreateTopic(topic[..colon], int.Parse(topic[(colon + 1)..], CultureInfo.InvariantCulture));
}

// Ctrl-C reaches every process of the terminal, but the services need the broker while they stop.
PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];
var ignored = signals.Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = true)).ToList();
Console.WriteLine($"ready {broker.BootstrapServers}");
using var input = Console.OpenStandardInput();
while (input.ReadByte() >= 0)
{
    // Nothing is said on this pipe; only its end counts.
}
GC.KeepAlive(ignored);
