using Ticketing.Contracts;

namespace Ticketing.UnitTests.Simulation;

/// <summary>What happens between the services, faults included.</summary>
internal sealed partial class World
{
    private static readonly Dictionary<(string Group, string Type), Route> RouteOf = Routes.All.ToDictionary(r => (r.Group, r.EventType));

    private readonly Dictionary<(string Topic, string Key), EventLog> _logs = [];
    private readonly List<EventLog> _written = [];
    private readonly List<Reader> _readers = [];

    /// <summary>The broker takes events. If it is heard of, they leave the outbox; otherwise they are published again some day.</summary>
    public void Publish(Outbox outbox, int count, bool isAcknowledged)
    {
        Tell($"publish {count} of {outbox.Document}{(isAcknowledged ? "" : ", and crash before the acknowledgement is stored")}");
        foreach (var @event in outbox.Events.Take(count))
            LogOf(@event.Topic, @event.Key).Append(EventJson.Serialize(@event));
        if (isAcknowledged)
            outbox.Events.RemoveRange(0, count);
    }

    public void Deliver(Reader reader)
    {
        var record = reader.Next();
        Tell($"{reader.Group} reads {EventLog.Describe(record)}");
        var @event = EventJson.Deserialize(record)!;
        if (RouteOf.TryGetValue((reader.Group, EventJson.TypeOf(@event)), out var route))
            route.Apply(this, @event);
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

    private EventLog LogOf(string topic, string key)
    {
        if (_logs.TryGetValue((topic, key), out var log))
            return log;
        _logs[(topic, key)] = log = new EventLog($"{topic}/{key}");
        _written.Add(log);
        _readers.AddRange(ConsumerGroups.All.Where(group => group.Topic == topic).Select(group => new Reader(group.Group, log)));
        return log;
    }
}
