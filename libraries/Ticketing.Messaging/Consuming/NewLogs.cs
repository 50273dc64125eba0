using Confluent.Kafka;

namespace Ticketing.Messaging;

/// <summary>
/// A topic was made again, and what its group has committed may be of the old logs, whoever committed it: Kafka takes such commits until every
/// member has noticed. So this instance reads each partition from its beginning when it first gets it after that.
/// </summary>
internal sealed class NewLogs(TimeProvider time)
{
    // By then every member has noticed, and begun anew, or it has lost its membership.
    private static readonly TimeSpan Expected = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly HashSet<Partition> _begun = [];
    private long _since;
    private volatile int _current;

    /// <summary>How often the topic was made again, as far as is known.</summary>
    public int Current => _current;

    /// <summary>The topic was made again.</summary>
    public void Expect()
    {
        lock (_lock)
        {
            _begun.Clear();
            _since = time.GetTimestamp();
            _current++;
        }
    }

    /// <summary>The group gives this instance a partition.</summary>
    /// <returns>Whether it is to be read from its beginning.</returns>
    public bool Begin(Partition partition)
    {
        lock (_lock)
            return _current > 0 && time.GetElapsedTime(_since) < Expected && _begun.Add(partition);
    }
}
