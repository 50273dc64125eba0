using System.Runtime.InteropServices;
using Ticketing.Standalone.Children;
using Ticketing.Tools;

namespace Ticketing.Standalone.Kafka;

/// <summary>The broker's side of the embedded broker: the launcher, started again with <see cref="Command"/>.</summary>
internal static class BrokerProgram
{
    public const string Command = "broker";

    public static int Run()
    {
        // Ctrl-C and a closing terminal reach every process of the group, but the services need the broker while they stop.
        // Its life is tied to the launcher's by the pipe alone.
        var ignored = StopSignals.Asking
            .Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = true))
            .ToList();
        var cluster = new MockCluster();
        foreach (var topic in TopicLayout.All)
            cluster.CreateTopic(topic.Name, topic.Partitions);
        Console.WriteLine(ReadyChild.Ready + cluster.BootstrapServers);
        StdinLifetime.WaitForEnd();
        GC.KeepAlive(ignored);
        return 0;
    }
}
