using Ticketing.Contracts;
using Ticketing.Expiration;
using Ticketing.Messaging;
using Ticketing.Orders;
using Ticketing.Payments;
using Ticketing.Tickets;

namespace Ticketing.UnitTests.Simulation;

/// <summary>What happens between the services, faults included.</summary>
internal sealed partial class World
{
    // The services' own.
    private static readonly Dictionary<(string Group, string Type), Route> RouteOf = TheShop.Services
        .SelectMany(service => service.Routes.Select(route => (Group: KafkaNames.Group(service.Name, route.Event.Topic), Route: route)))
        .ToDictionary(routed => (routed.Group, routed.Route.Event.Name), routed => routed.Route);

    private readonly Dictionary<(string Topic, string Key), EventLog> _logs = [];
    private readonly List<EventLog> _written = [];
    private readonly List<Reader> _readers = [];

    /// <summary>The broker takes events. If it is heard of, they leave the outbox; otherwise they are published again some day.</summary>
    public void Publish(Outbox outbox, int count, bool isAcknowledged)
    {
        Tell($"publish {count} of {outbox.Document}{(isAcknowledged ? "" : ", and crash before the acknowledgement is stored")}");
        foreach (var @event in outbox.Events.Take(count))
            LogOf(@event.Type.Topic, @event.Key).Append(EventJson.Serialize(@event));
        if (isAcknowledged)
            outbox.Events.RemoveRange(0, count);
    }

    public void Deliver(Reader reader)
    {
        var record = reader.Next();
        Tell($"{reader.Group} reads {EventLog.Describe(record)}");
        if (!RouteOf.TryGetValue((reader.Group, EventType.ReadName(record)), out var route))
            return;
        var @event = route.Event.Deserialize(record);
        switch (route)
        {
            case Route<Ticket> of: Apply(Tickets, of); break;
            case Route<Order> of: Apply(Orders, of); break;
            case Route<TicketReplica> of: Apply(Replicas, of); break;
            case Route<OrderPayment> of: Apply(Payments, of); break;
            case Route<OrderTimer> of: Apply(Timers, of); break;
            default: throw new InvalidOperationException($"Nobody simulates {route.State.Name} documents.");
        }

        void Apply<T>(Table<T> table, Route<T> of)
            where T : class
        {
            foreach (var id in of.Ids(@event))
                table.Execute(id, state => of.Decide(id, state, @event, Now));
        }
    }

    private void Rewind(Reader reader, int count)
    {
        Tell($"{reader.Group} crashes and reads the last {count} of {reader.Log.Name} again");
        reader.Rewind(count);
    }

    private void Repeat(EventLog log, int offset)
    {
        Tell($"{EventLog.Describe(log[offset])} is published again");
        log.Append(log[offset]);
    }

    /// <summary>Somebody else publishes an order that Orders does not know, and now and then that it waits for its payment.</summary>
    private void ForgeOrder(int which, int how)
    {
        if (Pick(Tickets.Ids, which) is not { } id)
            return;
        var (order, ticket) = ($"x{which % 3}", Tickets.Find(id)!);
        var log = LogOf(Topics.Orders, order);
        log.Append(EventJson.Serialize(Forged<OrderCreated>(OrderStatus.Created, 1)));
        if (how % 2 == 1)
            log.Append(EventJson.Serialize(Forged<OrderPending>(OrderStatus.PendingPayment, 2)));
        Tell($"somebody else publishes order {order} for a seat of {id}");

        T Forged<T>(OrderStatus status, long version)
            where T : OrderEvent, IEvent, new() => new()
            {
                Id = order,
                OrderId = order,
                UserId = Some.Buyer,
                TicketId = id,
                Quantity = 1,
                Price = ticket.Price,
                Currency = ticket.Currency,
                Status = status,
                ExpiresAt = Now + Some.Hold,
                Version = version,
            };
    }

    /// <summary>The broker loses all records of a topic, whoever has read them. Its publisher tells the state of its documents again.</summary>
    private void LoseTopic(string topic)
    {
        Tell($"{topic} loses all of its records, and every document is told again");
        foreach (var ((_, _), log) in _logs.Where(log => log.Key.Topic == topic))
            log.Clear();
        _written.RemoveAll(log => log.Count == 0);
        foreach (var reader in _readers.FindAll(reader => reader.Log.Count == 0))
            reader.Restart();
        Retell(Tickets, ticket => ticket.Tell());
        Retell(Orders, order => order.Tell());
        Retell(Payments, payment => payment.Tell());
        Retell(Timers, timer => timer.Tell());

        void Retell<T>(Table<T> table, Func<T, IReadOnlyList<IEvent>> tell)
            where T : class
        {
            foreach (var id in table.Ids)
                table.Execute(id, state => new(state, tell(state!).Where(@event => @event.Type.Topic == topic).ToArray()));
        }
    }

    private EventLog LogOf(string topic, string key)
    {
        if (_logs.TryGetValue((topic, key), out var log))
        {
            if (log.Count == 0)
                _written.Add(log);
            return log;
        }
        _logs[(topic, key)] = log = new EventLog($"{topic}/{key}");
        _written.Add(log);
        _readers.AddRange(TheShop.Groups.Where(group => group.Topic == topic).Select(group => new Reader(group.Group, log)));
        return log;
    }
}
