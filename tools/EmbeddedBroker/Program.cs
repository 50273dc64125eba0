using System.Globalization;
using Ticketing.Tools;

// EmbeddedBroker ADDRESS-FILE TOPIC=PARTITIONS…
// librdkafka chooses a free port itself, so the address is told by the file, which appears when the broker serves.
var broker = new MockCluster();
foreach (var topic in args.Skip(1).Select(argument => argument.Split('=')))
    broker.CreateTopic(topic[0], int.Parse(topic[1], CultureInfo.InvariantCulture));

var unfinished = $"{args[0]}.new";
File.WriteAllText(unfinished, broker.BootstrapServers);
File.Move(unfinished, args[0], overwrite: true);
Console.WriteLine($"The embedded broker listens on {broker.BootstrapServers}. Its records are lost when it ends.");
Thread.Sleep(Timeout.Infinite);
