using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Benchmarks.Shops;

/// <summary>When each event of an order was decided, from the events' own <c>ce_time</c>.</summary>
internal sealed class DecisionTimes(Dictionary<(string Type, string OrderId), double> times)
{
    /// <summary>In milliseconds since 1970; not a number if there is no such event.</summary>
    public double At(string type, string orderId) => times.GetValueOrDefault((type, orderId), double.NaN);

    public double Between(string from, string to, string orderId) => At(to, orderId) - At(from, orderId);

    /// <summary>Reads all that the topics hold.</summary>
    public static DecisionTimes Read(string bootstrapServers)
    {
        var times = new Dictionary<(string, string), double>();
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "bench-reader",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
        }).Build();
        var partitions = new[] { Topics.Orders, Topics.Tickets }
            .SelectMany(topic => Enumerable.Range(0, KafkaNames.Partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)))
            .ToList();
        consumer.Assign(partitions);
        for (var ends = 0; ends < partitions.Count;)
        {
            var result = consumer.Consume();
            if (result.IsPartitionEOF)
                ends++;
            else if (OrderOf(EventJson.Deserialize(result.Message.Value)) is { } order)
                times[(EventType.ReadName(result.Message.Value), order)] = TimeOf(result.Message.Headers);
        }
        consumer.Close();
        return new DecisionTimes(times);
    }

    private static string? OrderOf(IEvent? @event) => @event switch
    {
        OrderEvent order => order.OrderId,
        TicketReserved answer => answer.OrderId,
        _ => null,
    };

    private static double TimeOf(Headers headers) => (DateTimeOffset.Parse(
        Encoding.UTF8.GetString(headers.GetLastBytes("ce_time")), CultureInfo.InvariantCulture) - DateTimeOffset.UnixEpoch).TotalMilliseconds;
}
