using System.Text;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.UnitTests.Simulation;

/// <summary>What was told of each version of each aggregate that other services follow.</summary>
internal sealed class Versions
{
    private readonly Dictionary<string, List<string>> _told = [];

    /// <summary>How often a version was told again.</summary>
    public int Retold { get; private set; }

    /// <summary>A new version is one more than the last and told by one event, of which a change may have several; an old one is told again as it was.</summary>
    public void Check(long before, long after, IReadOnlyList<IEvent> events)
    {
        var states = events.Where(e => e is TicketState or OrderEvent or PaymentEvent).ToArray();
        Law.Check(after >= before, $"Versions grow, not from {before} to {after}.");
        Law.Check(
            after == before || states.Select(e => ((Event)e).Version).SequenceEqual(Enumerable.Range((int)before + 1, (int)(after - before)).Select(version => (long)version)),
            $"From version {before} to {after} is told {string.Join(", ", states.Select(e => ((Event)e).Version))}.");
        // What became of a ticket's stock is told again with the version that it was told with.
        Law.Check(
            events.All(e => ((Event)e).Version <= after && (states.Contains(e) || ((Event)e).Version == after || (e is TicketStock && after == before))),
            $"An event of version {after} tells of another.");
        foreach (var state in states)
            Tell(state);
    }

    private void Tell(IEvent @event)
    {
        var state = (Event)@event;
        var name = $"{@event.Type.Topic}/{state.Id}";
        if (!_told.TryGetValue(name, out var told))
            _told[name] = told = [];
        var json = Encoding.UTF8.GetString(EventJson.Serialize(@event));
        if (state.Version == told.Count + 1)
            told.Add(json);
        else
            Repeat(told, state.Version, json);
    }

    private void Repeat(List<string> told, long version, string json)
    {
        Law.Check(version >= 1 && version <= told.Count, $"After version {told.Count}, {version} is told.");
        Law.Check(told[(int)version - 1] == json, $"A version is told in two ways:\n{told[(int)version - 1]}\n{json}");
        Retold++;
    }
}
