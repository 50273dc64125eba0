using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Ticketing.Messaging;

/// <summary>Counts the assignments of each partition, so that a record of an earlier one is recognised.</summary>
internal sealed class Assignments
{
    private readonly ConcurrentDictionary<int, int> _current = new();

    public int Current(Partition partition) => _current.GetValueOrDefault(partition.Value);

    public void End(IEnumerable<Partition> partitions)
    {
        foreach (var partition in partitions)
            _current.AddOrUpdate(partition.Value, 1, (_, ended) => ended + 1);
    }
}
