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
        using var member = new GroupMember(
            settings.Consumer("group"), new GroupContext("group", "none", [], services, deadLetters, options, time, NullLogger.Instance, stop.Token),
            new RecentTrouble(time), stop.Token);

        member.StartOver();

        Assert.Equal(ErrorCode.Local_Outdated, (await Task.Run(member.Run))?.Code);
    }
}
