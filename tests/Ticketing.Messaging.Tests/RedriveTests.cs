using Confluent.Kafka;
using Ticketing.Messaging.DeadLetters;

namespace Ticketing.Messaging.Tests;

/// <summary>What operators do with dead letters.</summary>
public abstract class RedriveTests(Brokers brokers)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dead_letter_is_listed_sent_back_as_it_was_and_not_listed_any_more()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var isMended = false;
        var service = await scenario.StartAsync(
            (ledger, e) => isMended ? Ledger.Take(ledger, e) : throw new InvalidOperationException("not yet"),
            ("Messaging:MaxAttempts", "1"));
        var (letters, id) = (service.Get<DeadLetterLog>(), scenario.Ids(1)[0]);
        var sent = await scenario.Wire.SendAsync(
            scenario.Topic, id, Wire.Event(id, 1), new Headers { { "traceparent", "tp"u8.ToArray() } });
        await scenario.IdleAsync();

        var dead = Assert.Single(await letters.ListAsync(Cancellation));
        Assert.Equal((scenario.Topic, scenario.Group, id), (dead.Topic, dead.Group, dead.Key));
        Assert.Equal((sent.Partition.Value, sent.Offset.Value), (dead.Partition, dead.Offset));
        Assert.Equal((1, 0, "InvalidOperationException: not yet"), (dead.Attempts, dead.Redrives, dead.Error));
        Assert.Equal("tp", Assert.Single(dead.Headers).Value);
        Assert.Null(await letters.RedriveAsync("another", Cancellation));

        isMended = true;
        Assert.Equal(1, (await letters.RedriveAsync(dead.Id, Cancellation))!.Redrives);
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync([id], 1);
        Assert.Empty(await letters.ListAsync(Cancellation));
        Assert.Null(await letters.RedriveAsync(dead.Id, Cancellation));
        var again = scenario.Wire.Read(scenario.Topic)[^1];
        Assert.Equal(
            (id, "tp", "1", null), (again.Key, again["traceparent"], again["redrive_count"], again["dead_topic"]));
        Assert.Equal(Wire.Event(id, 1), again.Value);
    }

    [Fact]
    public async Task One_that_fails_again_says_how_often_it_was_sent_back()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var service = await scenario.StartAsync(
            (_, _) => throw new InvalidOperationException("never"), ("Messaging:MaxAttempts", "1"));
        var (letters, id) = (service.Get<DeadLetterLog>(), scenario.Ids(1)[0]);
        await scenario.Wire.SendAsync(scenario.Topic, (id, Wire.Event(id, 1)));
        await scenario.IdleAsync();

        await letters.RedriveAsync(Assert.Single(await letters.ListAsync(Cancellation)).Id, Cancellation);
        await scenario.IdleAsync();

        Assert.Equal(1, Assert.Single(await letters.ListAsync(Cancellation)).Redrives);
    }
}

[Collection(On.EmbeddedBroker)]
public sealed class RedriveOnEmbeddedBroker(EmbeddedBrokers brokers) : RedriveTests(brokers);

[Collection(On.RealKafka)]
public sealed class RedriveOnRealKafka(RealBroker broker) : RedriveTests(broker);
