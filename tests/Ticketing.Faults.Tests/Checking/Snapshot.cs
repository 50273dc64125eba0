using System.Text.Json;

namespace Ticketing.Faults.Tests.Checking;

/// <summary>Everything that a run left behind, when nothing moves any more; read without the shop's own code.</summary>
/// <param name="TakenAt">When.</param>
/// <param name="Log">Every record of every topic, dead letters included, each partition in order.</param>
/// <param name="Documents">Every document of every store.</param>
/// <param name="Acknowledged">The ids of the orders that buyers got a 201 for.</param>
/// <param name="Positions">How far each group has come.</param>
public sealed record Snapshot(
    DateTimeOffset TakenAt,
    IReadOnlyList<LogRecord> Log,
    IReadOnlyList<StoredDocument> Documents,
    IReadOnlyCollection<string> Acknowledged,
    IReadOnlyList<GroupPosition> Positions);

/// <summary>A document.</summary>
/// <param name="Service">Whose.</param>
/// <param name="Type">Its type's name.</param>
/// <param name="Id">Its id.</param>
/// <param name="State">What it says, as JSON.</param>
/// <param name="Unpublished">How many entries its outbox has.</param>
public sealed record StoredDocument(string Service, string Type, string Id, JsonElement State, int Unpublished = 0);

/// <summary>What a group has committed on a partition.</summary>
/// <param name="Group">The group.</param>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">One of its partitions.</param>
/// <param name="Committed">The next offset that it would read; null if it never committed.</param>
/// <param name="Low">The partition's first offset.</param>
/// <param name="High">The offset behind the partition's last record.</param>
public sealed record GroupPosition(string Group, string Topic, int Partition, long? Committed, long Low, long High);
