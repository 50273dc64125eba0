using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Ticketing.Testing.Brokers;

namespace Ticketing.Messaging.Tests;

/// <summary>One client of a group by itself.</summary>
public sealed class GroupMemberTests
{
    [Fact]
    public async Task A_client_whose_topic_was_made_again_is_replaced_although_it_has_no_partition_at_that_moment()
    {
        var settings = new KafkaSettings(new ConfigurationBuilder().AddInMemoryCollection(
            [new("ConnectionStrings:kafka", EmbeddedBroker.Start().BootstrapServers)]).Build());
        await using var services = new ServiceCollection().BuildServiceProvider();
        var (options, time) = (new MessagingOptions(), TimeProvider.System);
        using var producer = new EventProducer(settings, NullLogger<EventProducer>.Instance);
        var deadLetters = new DeadLetterQueue("group", "none", producer, options, time, NullLogger.Instance);
        // Otherwise it would stay for ever.
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var newLogs = new NewLogs(time);
        using var member = new GroupMember(
            settings.Consumer("group"), new GroupContext("group", "none", [], services, deadLetters, options, time, NullLogger.Instance, stop.Token),
            new RecentTrouble(time), newLogs, stop.Token);

        newLogs.Expect();

        Assert.Equal(ErrorCode.Local_Outdated, (await Task.Run(member.Run))?.Code);
    }

    [Fact]
    public void A_partition_is_begun_anew_once_and_not_long_after_its_topic_was_made_again()
    {
        var time = new Clock();
        var newLogs = new NewLogs(time);
        Assert.False(newLogs.Begin(0));

        newLogs.Expect();
        Assert.True(newLogs.Begin(0));
        Assert.False(newLogs.Begin(0));
        time.Now = TimeSpan.FromMinutes(4);
        Assert.True(newLogs.Begin(1));
        newLogs.Expect();
        Assert.True(newLogs.Begin(0));
        time.Now = TimeSpan.FromMinutes(10);
        Assert.False(newLogs.Begin(2));
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
