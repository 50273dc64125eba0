using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Confluent.Kafka;
using Streamiz.Kafka.Net;
using Streamiz.Kafka.Net.Crosscutting;
using Streamiz.Kafka.Net.Processors;
using Streamiz.Kafka.Net.Processors.Public;
using Streamiz.Kafka.Net.SerDes;
using Streamiz.Kafka.Net.State;
using Streamiz.Kafka.Net.Stream;
using Streamiz.Kafka.Net.Table;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Insights;

/// <summary>How the numbers come about, from events to results.</summary>
internal static class SalesTopology
{
    /// <summary>The store of what is known of orders.</summary>
    public const string Orders = "orders";

    /// <summary>The store of sales.</summary>
    public const string Sales = "sales";

    /// <summary>The table of tickets.</summary>
    public const string Listings = "listings";

    /// <summary>The table of all numbers of tickets.</summary>
    public const string Totals = "totals";

    private static readonly EventTime Time = new();

    /// <summary>The topology.</summary>
    /// <param name="name">The name of a topic on the cluster.</param>
    /// <param name="lateness">How late a moment may come.</param>
    public static Topology Build(Func<string, string> name, TimeSpan lateness)
    {
        var builder = new StreamBuilder();
        // Orders and payments have the same key, the order's id, and so the same partitions.
        Read(builder, name(Topics.Orders))
            .Merge(Read(builder, name(Topics.Payments)))
            .GroupByKey()
            .Aggregate(() => OrderFacts.Unknown, (_, heard, facts) => facts.With(heard.Event, heard.At), Table(Orders, InsightsJson.Default.OrderFacts))
            .ToStream()
            .FlatMap((_, facts, _) => facts.Sales.Select(sale => KeyValuePair.Create(sale.TicketId, sale)))
            .To(name(Topics.InsightsSales), new StringSerDes(), new Json<Sale>(InsightsJson.Default.Sale));

        var counted = builder.Stream(name(Topics.InsightsSales), new StringSerDes(), new Json<Sale>(InsightsJson.Default.Sale))
            .TransformValues(TransformerBuilder.New<string, Sale, string, Counted>()
                .Transformer<Tally>(lateness)
                .StateStore(Streamiz.Kafka.Net.State.Stores.KeyValueStoreBuilder(
                    Streamiz.Kafka.Net.State.Stores.InMemoryKeyValueStore(Sales), new StringSerDes(), new Json<Sale>(InsightsJson.Default.Sale)).WithLoggingEnabled(null))
                .Build());
        counted
            .Filter((_, counted, _) => counted.Window is not null)
            .Map((_, counted, _) => Record(counted.Window!))
            .To(name(Topics.InsightsWindows), new StringSerDes(), new ByteArraySerDes());
        var totals = counted
            .Filter((_, counted, _) => counted.Window is null)
            .MapValues((counted, _) => counted.Totals)
            .ToTable(Table(Totals, InsightsJson.Default.Totals));

        Read(builder, name(Topics.Tickets))
            .Filter((_, heard, _) => heard.Event is TicketState)
            .MapValues((heard, _) => (TicketState)heard.Event)
            .GroupByKey()
            .Aggregate(
                () => new Listing("", "", "", 0),
                (_, ticket, listing) => ticket.Version < listing.Version ? listing : new(ticket.Title, ticket.UserId, ticket.Currency, ticket.Version),
                Table(Listings, InsightsJson.Default.Listing))
            .LeftJoin(totals, (listing, totals) => (listing, totals))
            .ToStream()
            .Map((ticket, joined, _) => Record(new TicketCounted(ticket, joined.listing, joined.totals ?? new())))
            .To(name(Topics.InsightsTickets), new StringSerDes(), new ByteArraySerDes());
        return builder.Build();
    }

    /// <summary>The events of a topic. What cannot be read, or is of a type that is not known, is for others to complain of.</summary>
    private static IKStream<string, Heard> Read(StreamBuilder builder, string topic) => builder
        .Stream(topic, new StringSerDes(), new ByteArraySerDes(), Time)
        .FlatMapValues((_, value, record) =>
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(record.Timestamp);
            // They say what the event is. What is made of it is something else.
            record.SetHeaders([]);
            try
            {
                return value is not null && EventJson.Deserialize(value) is { } @event ? [new Heard(@event, at)] : Array.Empty<Heard>();
            }
            catch (JsonException)
            {
                return [];
            }
        });

    private static KeyValuePair<string, byte[]> Record(IEvent result) => new(result.Key, result.Type.Serialize(result));

    private static Materialized<string, T, IKeyValueStore<Bytes, byte[]>> Table<T>(string store, JsonTypeInfo<T> json) =>
        InMemory.As<string, T>(store).WithKeySerdes(new StringSerDes()).WithValueSerdes(new Json<T>(json)).WithLoggingEnabled(null);

    /// <summary>An event and when it was decided.</summary>
    private sealed record Heard(IEvent Event, DateTimeOffset At);

    /// <summary>The time of an event is its own (CloudEvents <c>time</c>), not that of its record.</summary>
    private sealed class EventTime : ITimestampExtractor
    {
        public long Extract(ConsumeResult<object, object> record, long partitionTime) =>
            record.Message.Headers is { } headers && headers.TryGetLastBytes("ce_time", out var text)
            && DateTimeOffset.TryParse(Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time.ToUnixTimeMilliseconds()
                : record.Message.Timestamp.UnixTimestampMs;
    }

    private sealed class Json<T>(JsonTypeInfo<T> type) : AbstractSerDes<T>
    {
        public override T Deserialize(byte[] data, SerializationContext context) => data is null ? default! : JsonSerializer.Deserialize(data, type)!;

        public override byte[] Serialize(T data, SerializationContext context) => data is null ? null! : JsonSerializer.SerializeToUtf8Bytes(data, type);
    }
}
