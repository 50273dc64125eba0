using System.Text;
using Confluent.Kafka;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Benchmarks.Runtime;

/// <summary>The events that all loops read: three per order, as the shop writes them, headers included.</summary>
internal sealed class InputTopic(string bootstrapServers, string prefix, int events)
{
    private const int EventsPerOrder = 3;
    private const int OrdersAtOnce = 200;

    /// <summary>What the names of topics and groups begin with.</summary>
    public string Prefix => prefix;

    public string Name => prefix + Topics.Orders;

    /// <summary>Where the events go that follow.</summary>
    public string Answers => prefix + Topics.Payments;

    public string BootstrapServers => bootstrapServers;

    public int Events => events;

    public void Fill()
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            // Or a retry could let a later event overtake an earlier one, which the runtime would then rightly leave out.
            EnableIdempotence = true,
            LingerMs = 20,
            QueueBufferingMaxMessages = 500_000,
            Partitioner = Partitioner.Murmur2Random,
        }).Build();
        for (var written = 0; written < events;)
        {
            // The orders of a while overlap, as those of many buyers do.
            var ids = Enumerable.Range(0, OrdersAtOnce).Select(_ => Guid.CreateVersion7().ToString()).ToArray();
            for (var version = 1; version <= EventsPerOrder; version++)
                foreach (var id in ids)
                    if (written++ < events)
                        Produce(producer, Event(id, version), Trace(id));
        }
        producer.Flush();
    }

    private static IEvent Event(string id, int version) => version switch
    {
        1 => Fill(new OrderCreated(), id, OrderStatus.Created, version),
        2 => Fill(new OrderPending(), id, OrderStatus.PendingPayment, version),
        _ => Fill(new OrderCompleted(), id, OrderStatus.Completed, version),
    };

    private static T Fill<T>(T @event, string id, OrderStatus status, int version)
        where T : OrderEvent => (T)(@event with
        {
            Id = id,
            OrderId = id,
            UserId = "0194fdc2-fa2f-7cc0-81d3-ff120741e1d5",
            TicketId = "0194fdc2-fa2f-7cc0-81d3-ff120741e1d6",
            Quantity = 1,
            Price = 299,
            Currency = "USD",
            Status = status,
            ExpiresAt = DateTimeOffset.UnixEpoch.AddYears(55),
            Version = version,
        });

    /// <summary>An order's trace; every tenth is sampled.</summary>
    private static byte[] Trace(string id) =>
        Encoding.ASCII.GetBytes($"00-{id.Replace("-", "", StringComparison.Ordinal)}-6b044e35ed485698-{(Convert.ToInt32(id[^2..], 16) % 10 == 0 ? "01" : "00")}");

    private void Produce(IProducer<byte[], byte[]> producer, IEvent @event, byte[] trace)
    {
        var message = new Message<byte[], byte[]>
        {
            Key = Encoding.UTF8.GetBytes(@event.Key),
            Value = EventJson.Serialize(@event),
            Headers = new Headers
            {
                { "ce_specversion", "1.0"u8.ToArray() },
                { "ce_id", Encoding.UTF8.GetBytes($"orders/{@event.Key}/{((Event)@event).Version}.0") },
                { "ce_source", "/orders"u8.ToArray() },
                { "ce_type", Encoding.UTF8.GetBytes(@event.Type.Name) },
                { "ce_time", "2025-02-13T12:00:00.0000000Z"u8.ToArray() },
                { "traceparent", trace },
            },
        };
        while (true)
        {
            try
            {
                producer.Produce(Name, message);
                return;
            }
            catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Poll(TimeSpan.FromMilliseconds(50));
            }
        }
    }
}
