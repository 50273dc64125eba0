using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Confluent.Kafka;

namespace Ticketing.Messaging.Tests;

/// <summary>A trace goes through handlers and their events.</summary>
public abstract class TracingTests(Brokers brokers)
{
    [Fact]
    public async Task An_event_that_a_handler_publishes_is_a_child_of_the_span_that_decided_it()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c", Publisher = "b7ad6b7169203331";
        await using var scenario = await Scenario.OpenAsync(brokers);
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == MessagingMetrics.Name,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await scenario.StartAsync(
            (ledger, e) => e.Version == 2 ? throw new InvalidOperationException("never") : Ledger.TakeAndTell(ledger, e),
            ("Messaging:MaxAttempts", "1"));
        var id = scenario.Ids(1)[0];

        var headers = new Headers
        {
            { "traceparent", Encoding.ASCII.GetBytes($"00-{Trace}-{Publisher}-01") },
            { "tracestate", "vendor=value"u8.ToArray() },
        };
        await scenario.Wire.SendAsync(scenario.Topic, id, Wire.Event(id, 1), headers);
        await scenario.Wire.SendAsync(scenario.Topic, id, Wire.Event(id, 2), headers);
        await scenario.Wire.SendAsync(scenario.Topic, id, Wire.Event(id, 3), null);
        await scenario.IdleAsync();

        var mine = spans.Where(span => span.Kind == ActivityKind.Consumer && Equals(span.GetTagItem("messaging.consumer.group.name"), scenario.Group)).ToList();
        var told = scenario.ReadTold(id);
        Assert.Equal([0L, 1, 2], mine.Select(span => (long)span.GetTagItem("messaging.kafka.offset")!));
        Assert.All(mine, span => Assert.Equal(("process test.noted", ActivityKind.Consumer), (span.OperationName, span.Kind)));
        Assert.Equal((Trace, Publisher), (mine[0].TraceId.ToHexString(), mine[0].ParentSpanId.ToHexString()));
        // Other tests run in this process, too.
        var created = spans.Where(span => span.OperationName == "create test.told" && Equals(span.GetTagItem("messaging.kafka.message.key"), id))
            .ToDictionary(span => span.ParentSpanId);
        Assert.Equal((created[mine[0].SpanId].Id, "vendor=value"), (told[0]["traceparent"], told[0]["tracestate"]));
        Assert.Equal(Trace, created[mine[0].SpanId].TraceId.ToHexString());
        Assert.Equal(ActivityStatusCode.Error, mine[1].Status);
        // Without a parent a trace of its own begins.
        Assert.Equal(default, mine[2].ParentSpanId);
        Assert.Equal(created[mine[2].SpanId].Id, told[1]["traceparent"]);
    }
}

[Collection(On.EmbeddedBroker)]
public sealed class TracingOnEmbeddedBroker(EmbeddedBrokers brokers) : TracingTests(brokers);

[Collection(On.RealKafka)]
public sealed class TracingOnRealKafka(RealBroker broker) : TracingTests(broker);
