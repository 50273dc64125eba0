using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Streamiz.Kafka.Net;
using Streamiz.Kafka.Net.Mock;
using Streamiz.Kafka.Net.SerDes;
using Streamiz.Kafka.Net.Stream;
using Ticketing.Contracts;
using Ticketing.Insights;
using Ticketing.Messaging;
using Headers = Confluent.Kafka.Headers;

namespace Ticketing.UnitTests.Insights;

/// <summary>What the topology makes of events, without a broker.</summary>
public sealed class SalesTopologyTests
{
    private static readonly TimeSpan Lateness = TimeSpan.FromDays(1);

    private static DateTimeOffset Noon => Some.Noon;

    [Fact]
    public void An_order_counts_in_the_windows_in_which_its_steps_were()
    {
        var results = Count(
            (Ticket(1), Noon),
            (Some.Is<OrderCreated>(1), Noon.AddSeconds(1)),
            (Some.Is<OrderPending>(2), Noon.AddSeconds(2)),
            (Declined(1, "card_declined"), Noon.AddSeconds(30)),
            (Some.Is<OrderCompleted>(3), Noon.AddSeconds(61)));

        Assert.Equal(
            [(Noon, 1, 1, 0, 0, 0m), (Noon.AddMinutes(1), 0, 0, 1, 2, 20m)], results.Of(WindowSize.Minute));
        // Five begin before the first minute ends, and one more before the second does. Both minutes are in four of them.
        Assert.Equal(
            [
                (Noon.AddMinutes(-4), 1, 1, 0, 0, 0m), (Noon.AddMinutes(-3), 1, 1, 1, 2, 20m), (Noon.AddMinutes(-2), 1, 1, 1, 2, 20m), (Noon.AddMinutes(-1), 1, 1, 1, 2, 20m),
                (Noon, 1, 1, 1, 2, 20m), (Noon.AddMinutes(1), 0, 0, 1, 2, 20m),
            ], results.Of(WindowSize.FiveMinutes));
        Assert.Equal([(Noon, 1, 1, 1, 2, 20m)], results.Of(WindowSize.Hour));
        var ticket = Assert.Single(results.Tickets).Value;
        Assert.Equal(new Listing("Front row", Some.Seller, "USD", 1), ticket.Listing);
        Assert.Equal((1, 1, 1, 2), (ticket.Totals.Placed, ticket.Totals.Reserved, ticket.Totals.Paid, ticket.Totals.Seats));
        Assert.Equal(("card_declined", 1), Assert.Single(ticket.Totals.Declines.Select(decline => (decline.Key, decline.Value))));
        // A minute from placed to paid.
        Assert.InRange(ticket.Totals.PercentileOfTimeToPay(0.5)!.Value, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60 * 1.19));
    }

    [Fact]
    public void What_comes_twice_or_late_in_a_replay_counts_once()
    {
        (IEvent, DateTimeOffset)[] events =
        [
            (Ticket(1), Noon), (Some.Is<OrderCreated>(1), Noon), (Some.Is<OrderPending>(2), Noon.AddMinutes(1)), (Declined(1, "no_funds"), Noon.AddMinutes(2)),
            (Some.Is<OrderCompleted>(3), Noon.AddMinutes(3)),
        ];
        var once = Count(events);
        // What is told again has a time of its own.
        var again = Count([.. events, .. events, (Some.Is<OrderCompleted>(3), Noon.AddHours(2)), .. events]);
        Assert.Equal(once.Windows.Keys.Order(), again.Windows.Keys.Order());
        Assert.All(once.Windows, window => Assert.Equivalent(window.Value, again.Windows[window.Key], strict: true));
        Assert.Equivalent(once.Tickets, again.Tickets, strict: true);
        // It is told again all the same: the first time may have been lost.
        Assert.True(again.Records > once.Records);
    }

    [Fact]
    public void Seats_that_are_given_back_are_no_sale()
    {
        var bought = Some.Is<OrderCompleted>(3);
        var kept = bought with { Version = 4, Lines = [Some.Line() with { Cancelled = 1 }], Refund = 10 };
        (IEvent, DateTimeOffset)[] sold = [(Ticket(1), Noon), (Some.Is<OrderCreated>(1), Noon), (Some.Is<OrderPending>(2), Noon), (bought, Noon)];

        Assert.Equal([(Noon, 1, 1, 1, 1, 10m)], Count([.. sold, (kept, Noon.AddMinutes(5))]).Of(WindowSize.Minute));
        Assert.Equal([(Noon, 1, 1, 1, 0, 0m)], Count([.. sold, (kept, Noon.AddMinutes(5)), (Some.Is<OrderCancelled>(5, "cancelled_by_user"), Noon.AddMinutes(6))]).Of(WindowSize.Minute));
    }

    [Fact]
    public void What_comes_too_late_does_not_count_but_corrects_what_does()
    {
        var late = Of("late", Some.Is<OrderCreated>(1));
        var punctual = Of("punctual", Some.Is<OrderCreated>(1));
        var bought = Some.Is<OrderCompleted>(2);
        var results = Count(
            (Ticket(1), Noon), (bought, Noon), (Of("newest", Some.Is<OrderCreated>(1)), Noon + Lateness), (late, Noon.AddSeconds(-1)), (punctual, Noon.AddSeconds(1)),
            (bought with { Version = 3, Lines = [Some.Line() with { Cancelled = 1 }], Refund = 10 }, Noon + Lateness));
        Assert.Equal([(Noon, 2, 1, 1, 1, 10m), (Noon + Lateness, 1, 0, 0, 0, 0m)], results.Of(WindowSize.Minute));
    }

    [Fact]
    public void What_cannot_be_read_is_passed_over()
    {
        using var driver = Driver();
        var orders = driver.CreateInputTopic(Topics.Orders, new StringSerDes(), new ByteArraySerDes());
        foreach (var value in (string?[])["{", "7", """{"type":"order.created"}""", """{"type":"order.unheard_of"}""", null])
            orders.PipeInput("o", value is null ? null! : Encoding.UTF8.GetBytes(value), Noon.UtcDateTime, []);
        orders.PipeInput("o", EventJson.Serialize(Some.Is<OrderCreated>(1)), Noon.UtcDateTime, []);
        Assert.Equal([(Noon, 1, 0, 0, 0, 0m)], new Results(driver).Of(WindowSize.Minute));
    }

    [Fact]
    public void Times_to_pay_are_in_buckets_of_19_percent()
    {
        var totals = new Totals();
        for (var i = 1; i <= 100; i++)
            totals.Add(new() { TimeToPay = { [Totals.BucketOf(TimeSpan.FromMilliseconds(i))] = 1 } });
        foreach (var part in (double[])[0.01, 0.5, 0.9, 0.99, 1])
            Assert.InRange(totals.PercentileOfTimeToPay(part)!.Value.TotalMilliseconds, (part * 100) - 0.001, (part * 100 * 1.19) + 1);
        Assert.Null(new Totals().PercentileOfTimeToPay(0.5));
    }

    [Fact]
    public void The_topics_that_are_made_for_it_are_those_that_it_needs()
    {
        var nodes = Described().SelectMany(topology => topology.Nodes).ToList();
        IEnumerable<string> needed =
        [
            .. nodes.OfType<ISourceNodeDescription>().SelectMany(source => source.Topics), .. nodes.OfType<ISinkNodeDescription>().Select(sink => sink.Topic),
            .. nodes.OfType<IProcessorNodeDescription>().SelectMany(processor => processor.Stores).Select(store => $"insights-{store}-changelog"),
        ];
        Assert.Equal(InsightsService.Sources.Concat(Topics.Insights).Order(), needed.Distinct().Order());
    }

    /// <summary>TICKETING_DIAGRAM=write draws it again.</summary>
    [Fact]
    public void The_diagram_in_the_docs_is_the_topology()
    {
        var file = SourceTree.PathOf("docs", "insights.md");
        var text = File.ReadAllText(file);
        var drawn = Draw();
        if (Environment.GetEnvironmentVariable("TICKETING_DIAGRAM") == "write")
        {
            var start = text.IndexOf("```mermaid", StringComparison.Ordinal);
            text = text[..start] + drawn + text[(text.IndexOf("```\n", start + 3, StringComparison.Ordinal) + 4)..];
            File.WriteAllText(file, text);
        }
        Assert.Contains(drawn, text, StringComparison.Ordinal);
    }

    private static string Draw()
    {
        var text = new StringBuilder("```mermaid\nflowchart LR\n");
        foreach (var topology in Described())
        {
            text.Append($"  subgraph part{topology.Id}[\"part {topology.Id}\"]\n");
            foreach (var node in topology.Nodes.OrderBy(node => NumberOf(node.Name)))
                text.Append($"    {node.Name}[{NameOf(node.Name)}]\n");
            text.Append("  end\n");
        }
        foreach (var node in Described().SelectMany(topology => topology.Nodes).OrderBy(node => NumberOf(node.Name)))
        {
            foreach (var topic in (node as ISourceNodeDescription)?.Topics ?? [])
                text.Append($"  {TopicOf(topic)} --> {node.Name}\n");
            foreach (var store in (node as IProcessorNodeDescription)?.Stores ?? [])
                text.Append($"  {node.Name} --- store-{store}[({store})]\n");
            foreach (var next in node.Next.OrderBy(next => NumberOf(next.Name)))
                text.Append($"  {node.Name} --> {next.Name}\n");
            if (node is ISinkNodeDescription sink)
                text.Append($"  {node.Name} --> {TopicOf(sink.Topic)}\n");
        }
        return text.Append("```\n").ToString();
    }

    // KSTREAM-FLATMAPVALUES-0000000002
    private static int NumberOf(string node) => int.Parse(node[(node.LastIndexOf('-') + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    private static string TopicOf(string name) => $"topic-{name.Replace('.', '-')}([{name}])";

    private static string NameOf(string node) => string.Join(' ', node.ToLowerInvariant().Split('-')[1..^1]);

    private static List<ISubTopologyDescription> Described() => [.. SalesTopology.Build(topic => topic, Lateness).Describe().SubTopologies.OrderBy(topology => topology.Id)];

    private static Results Count(params (IEvent Event, DateTimeOffset At)[] events)
    {
        using var driver = Driver();
        var topics = events.Select(one => one.Event.Type.Topic).Distinct().ToDictionary(topic => topic, topic => driver.CreateInputTopic(topic, new StringSerDes(), new ByteArraySerDes()));
        foreach (var (@event, at) in events)
            // The record is sent a day later, which is of no matter.
            topics[@event.Type.Topic].PipeInput(@event.Key, EventJson.Serialize(@event), at.UtcDateTime.AddDays(1), new Headers { { "ce_time", Encoding.UTF8.GetBytes($"{at:O}") } });
        return new(driver);
    }

    private static TopologyTestDriver Driver() => new(
        SalesTopology.Build(topic => topic, Lateness),
        new StreamConfig { ApplicationId = $"insights-{Guid.NewGuid():N}", BootstrapServers = "nowhere:1", Logger = NullLoggerFactory.Instance });

    private static TicketCreated Ticket(long version) =>
        new() { Id = "t", Title = "Front row", Price = 10, Currency = "USD", Quantity = 10, UserId = Some.Seller, Version = version };

    private static PaymentFailed Declined(long version, string reason) => new()
    {
        Id = "p",
        OrderId = "o",
        UserId = Some.Buyer,
        Amount = 20,
        Currency = "USD",
        Reason = reason,
        AttemptsLeft = 1,
        Version = version,
    };

    private static T Of<T>(string id, T order)
        where T : OrderEvent => order with { Id = id, OrderId = id };

    /// <summary>What the result topics have once they are compacted.</summary>
    private sealed class Results
    {
        public Results(TopologyTestDriver driver)
        {
            foreach (var record in driver.CreateOutputTopic<string, byte[], StringSerDes, ByteArraySerDes>(Topics.InsightsWindows).ReadKeyValueList())
            {
                Windows[record.Message.Key] = (WindowCounted)EventType.Of<WindowCounted>().Deserialize(record.Message.Value);
                Assert.DoesNotContain(record.Message.Headers ?? [], header => header.Key.StartsWith("ce_", StringComparison.Ordinal));
                Records++;
            }
            foreach (var record in driver.CreateOutputTopic<string, byte[], StringSerDes, ByteArraySerDes>(Topics.InsightsTickets).ReadKeyValueList())
                Tickets[record.Message.Key] = (TicketCounted)EventType.Of<TicketCounted>().Deserialize(record.Message.Value);
        }

        public Dictionary<string, WindowCounted> Windows { get; } = [];

        public Dictionary<string, TicketCounted> Tickets { get; } = [];

        public int Records { get; }

        public IEnumerable<(DateTimeOffset Start, long Placed, long Reserved, long Paid, long Seats, decimal Revenue)> Of(WindowSize size) =>
            from window in Windows.Values
            where window.Size == size
            orderby window.Start
            select (window.Start, window.Totals.Placed, window.Totals.Reserved, window.Totals.Paid, window.Totals.Seats, window.Totals.Revenue.GetValueOrDefault("USD"));
    }
}
