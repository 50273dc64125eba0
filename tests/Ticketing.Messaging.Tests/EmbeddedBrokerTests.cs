using System.Diagnostics;
using Confluent.Kafka;
using Ticketing.Testing.Brokers;

namespace Ticketing.Messaging.Tests;

public sealed class EmbeddedBrokerTests
{
    [Fact]
    public void The_mock_cluster_runs_in_the_build_of_librdkafka_that_Confluent_Kafka_loaded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has several builds of librdkafka.");
        EmbeddedBroker.Start(new TestTopic("orders"));
        using var producer = new ProducerBuilder<Null, Null>(new ProducerConfig()).Build();

        using var process = Process.GetCurrentProcess();
        Assert.Single(process.Modules.Cast<ProcessModule>(), module => module.ModuleName.Contains("rdkafka", StringComparison.Ordinal));
    }
}
