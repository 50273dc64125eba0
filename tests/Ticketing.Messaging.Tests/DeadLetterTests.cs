using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Messaging.Tests.Telemetry;
using Ticketing.Testing.Brokers;

namespace Ticketing.Messaging.Tests;

/// <summary>What needs a Kafka of another kind, or a process in which nothing else runs.</summary>
[Collection(nameof(Alone))]
public sealed class DeadLetterTests(RealBroker shared)
{
    private const int Large = 900_000;

    [Fact]
    public async Task A_service_that_only_consumes_has_its_dead_letter_topics_where_the_broker_creates_none()
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        await using var kafka = await RealKafka.StartAsync(1, "auto.create.topics.enable=false");
        await using var scenario = await Scenario.OpenAsync(new WithoutDeadLetters(kafka));
        var service = await scenario.StartAsync();
        var id = scenario.Ids(1)[0];
        await scenario.Wire.SendAsync(scenario.Topic, (id, "poison"u8.ToArray()), (id, Wire.Event(id, 1)));
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync([id], 1);
        Assert.Equal("poison", Assert.Single(scenario.Wire.Read(scenario.DeadTopic)).Text);
        Assert.Equal(HealthStatus.Healthy, (await service.Get<HealthCheckService>().CheckHealthAsync()).Status);
    }

    [Fact]
    public async Task A_list_of_large_dead_letters_takes_little_memory()
    {
        await using var scenario = await Scenario.OpenAsync(shared);
        var letters = (await scenario.StartAsync()).Get<DeadLetterLog>();
        await scenario.Wire.SendAsync(scenario.Topic, scenario.Ids(100).Select(id => (id, (byte[]?)new byte[Large])));
        await scenario.IdleAsync();

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var page = await letters.ListAsync(200, null, TestContext.Current.CancellationToken);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.Equal(Enumerable.Repeat<int?>(Large, 100), page.Letters.Select(letter => letter.ValueBytes));
        // Their values are 90 MB. The rest of the service allocates, too.
        Assert.True(allocated < 20 * Large, $"{allocated:N0}");
    }

    private sealed class WithoutDeadLetters(RealKafka kafka) : Brokers
    {
        public override async ValueTask<string> OpenAsync(params TestTopic[] topics)
        {
            await kafka.CreateTopicsAsync(Array.FindAll(topics, topic => !topic.Name.EndsWith(".dead", StringComparison.Ordinal)));
            return kafka.BootstrapServers;
        }
    }
}
