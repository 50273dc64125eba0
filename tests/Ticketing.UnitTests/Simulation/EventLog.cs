using System.Text;
using System.Text.Json.Nodes;
using Ticketing.Messaging;

namespace Ticketing.UnitTests.Simulation;

/// <summary>
/// The events of one key of one topic, in order, as bytes. Each key being a partition of its own is the worst case: events of different
/// keys meet in any order.
/// </summary>
internal sealed class EventLog(string name)
{
    private readonly List<byte[]> _records = [];

    public string Name => name;

    public int Count => _records.Count;

    public byte[] this[int offset] => _records[offset];

    public void Append(byte[] record) => _records.Add(record);

    public void Clear() => _records.Clear();

    /// <summary>A record as people read it.</summary>
    public static string Describe(byte[] record)
    {
        var json = JsonNode.Parse(Encoding.UTF8.GetString(record))!;
        return $"{EventType.ReadName(record)} v{json["version"]} ({json["orderId"] ?? json["id"]})";
    }
}

/// <summary>How far a group has read a log.</summary>
internal sealed class Reader(string group, EventLog log)
{
    public string Group => group;

    public EventLog Log => log;

    public int Position { get; private set; }

    public bool HasNext => Position < log.Count;

    public byte[] Next() => log[Position++];

    /// <summary>A crash: offsets that were not committed are read again.</summary>
    public void Rewind(int records) => Position -= records;

    /// <summary>The log lost its records, and begins anew.</summary>
    public void Restart() => Position = 0;
}
