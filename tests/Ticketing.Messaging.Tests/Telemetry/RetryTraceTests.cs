using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Ticketing.Testing;

namespace Ticketing.Messaging.Tests.Telemetry;

/// <summary>What a trace tells of a handler that fails.</summary>
[Collection(nameof(Alone))]
public sealed class RetryTraceTests(EmbeddedBrokers brokers)
{
    private readonly ActivityContext _sender = new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);

    [Fact]
    public async Task A_retry_stays_in_the_span_of_its_event_and_what_it_tells_is_its_child()
    {
        using var exported = new Exported();
        await using var scenario = await Scenario.OpenAsync(brokers);
        var failures = 2;
        await scenario.StartAsync((ledger, e) =>
            failures-- > 0 ? throw new InvalidOperationException("not yet") : Ledger.TakeAndTell(ledger, e));
        await SendAsync(scenario);

        await ShowsAsync(exported, $"""
            process test.noted ({scenario.Group})
              create test.told
                send test.told

            """);
        var process = exported.Ended.Single(span => span.TraceId == _sender.TraceId && span.Kind == ActivityKind.Consumer);
        Assert.Equal([1, 2], process.Events.Select(e => (e.Name, e.Tags.Single(tag => tag.Key == "ticketing.attempt").Value))
            .Where(e => e.Name == "exception").Select(e => (int)e.Value!));
        Assert.Equal(ActivityStatusCode.Unset, process.Status);
    }

    [Fact]
    public async Task A_dead_letter_is_an_error_and_goes_on_in_its_trace_when_it_is_sent_back()
    {
        using var exported = new Exported();
        await using var scenario = await Scenario.OpenAsync(brokers);
        var isMended = false;
        var service = await scenario.StartAsync(
            (ledger, e) => isMended ? Ledger.TakeAndTell(ledger, e) : throw new InvalidOperationException("not yet"), ("Messaging:MaxAttempts", "2"));
        await SendAsync(scenario);
        await ShowsAsync(exported, $"""
            process test.noted ({scenario.Group})
              send {scenario.DeadTopic}

            """);
        var dead = exported.Ended.Single(span => span.TraceId == _sender.TraceId && span.Kind == ActivityKind.Consumer);
        Assert.Equal((ActivityStatusCode.Error, "System.InvalidOperationException"), (dead.Status, dead.GetTagItem("error.type")));

        isMended = true;
        var letters = service.Get<DeadLetterLog>();
        var letter = Assert.Single((await letters.ListAsync(2, null, TestContext.Current.CancellationToken)).Letters);
        await letters.RedriveAsync(letter.Id, "operator", TestContext.Current.CancellationToken);

        await ShowsAsync(exported, $"""
            process test.noted ({scenario.Group})
              send {scenario.DeadTopic}
            process test.noted ({scenario.Group})
              create test.told
                send test.told

            """);
    }

    [Fact]
    public async Task A_decision_that_meets_a_conflict_leaves_no_span_of_an_event_that_never_was()
    {
        using var exported = new Exported();
        await using var scenario = await Scenario.OpenAsync(brokers);
        var writes = 0;
        var id = scenario.Ids(1)[0];
        scenario.Database = new FaultyDatabase(scenario.Database) { Interferes = written => written == id && Interlocked.Increment(ref writes) == 2 };
        await scenario.StartAsync(Ledger.TakeAndTell);
        await scenario.Wire.SendAsync(scenario.Topic, (id, Wire.Event(id, 1)));
        await scenario.IdleAsync();
        await SendAsync(scenario, version: 2);

        await ShowsAsync(exported, $"""
            process test.noted ({scenario.Group})
              create test.told
                send test.told

            """);
        Assert.Equal(3, writes);
    }

    private async Task SendAsync(Scenario scenario, long version = 1)
    {
        var id = scenario.Ids(1)[0];
        var parent = $"00-{_sender.TraceId}-{_sender.SpanId}-01";
        await scenario.Wire.SendAsync(
            scenario.Topic, id, Wire.Event(id, version), new Headers { { "traceparent", Encoding.ASCII.GetBytes(parent) } });
    }

    private async Task ShowsAsync(Exported exported, string expected)
    {
        var seen = "";
        await Eventually.IsAsync(
            () => (seen = TraceTree.Of(exported.Ended, _sender.TraceId, _sender.SpanId)) == expected, () => seen, TimeSpan.FromSeconds(20));
    }
}
