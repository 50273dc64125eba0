using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Messaging;

namespace Ticketing.UnitTests.Simulation;

/// <summary>The events of a document that are not known to be published.</summary>
internal sealed class Outbox(string document)
{
    public string Document => document;

    public List<IEvent> Events { get; } = [];
}

/// <summary>A service's documents of one type. Every one is stored as JSON and read back, as a store does.</summary>
/// <param name="world">What they are part of.</param>
/// <param name="type">What they are.</param>
/// <param name="check">What must hold of a change: the state before (null if there was none), and after.</param>
/// <param name="version">The version of a state whose every version is told by one event.</param>
internal sealed class Table<T>(World world, DocumentType<T> type, Action<T?, T> check, Func<T?, long>? version = null)
    where T : class
{
    private readonly Dictionary<string, (T State, Outbox Outbox)> _documents = [];

    /// <summary>In the order in which they were first stored.</summary>
    public List<string> Ids { get; } = [];

    public IEnumerable<T> All => Ids.Select(id => _documents[id].State);

    public T? Find(string id) => _documents.TryGetValue(id, out var document) ? document.State : null;

    /// <summary>Decides, checks what was decided, and stores it with its events. Whether the state changed.</summary>
    public bool Execute(string id, Func<T?, Decision<T>> decide)
    {
        var before = Find(id);
        var decision = decide(before);
        var (after, events) = (decision.State ?? before, decision.Events ?? []);
        Law.Check(after is not null || events.Count == 0, "Events come with a document.");
        Law.Check(decision.Refusal is null || (decision.State is null && events.Count == 0), "A refusal changes nothing.");
        if (after is null || (ReferenceEquals(after, before) && events.Count == 0))
            return false;
        world.Tell($"    {type.Name}/{id}: {JsonSerializer.Serialize(after, type.Json)}");
        foreach (var @event in events)
            world.Tell($"    tells {@event.Type.Name} v{((Event)@event).Version}");
        check(before, after);
        if (version is not null)
            world.Versions.Check(version(before), version(after), events);
        Store(id, after, events);
        return !ReferenceEquals(after, before);
    }

    private void Store(string id, T state, IReadOnlyList<IEvent> events)
    {
        var stored = JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(state, type.Json), type.Json)!;
        if (type.Parts is { } parts)
            stored = parts.With(stored, [.. parts.Of(state).Select(part => new ReadOnlyMemory<byte>(part.ToArray()))]);
        if (!_documents.TryGetValue(id, out var document))
        {
            Ids.Add(id);
            document.Outbox = new Outbox($"{type.Name}/{id}");
            world.Outboxes.Add(document.Outbox);
        }
        document.Outbox.Events.AddRange(events);
        _documents[id] = (stored, document.Outbox);
    }
}
