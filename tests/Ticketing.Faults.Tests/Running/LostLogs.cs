using System.Diagnostics;

namespace Ticketing.Faults.Tests.Running;

/// <summary>Which topics have lost their log, how often, and what was in it.</summary>
internal sealed class LostLogs
{
    // A member looks every second, when it can reach its broker.
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<LostLog> _lost = [];
    private readonly HashSet<string> _beingLost = [];
    private readonly Dictionary<string, long> _lostAt = [];

    public IReadOnlyList<LostLog> All
    {
        get
        {
            lock (_lock)
                return [.. _lost];
        }
    }

    /// <summary>Lets topics lose their log.</summary>
    /// <param name="records">What is in them, with the topics' names.</param>
    /// <param name="topics">Which.</param>
    /// <param name="lose">Does it.</param>
    public async Task LoseAsync(ILookup<string, LogRecord> records, IReadOnlyCollection<string> topics, Func<Task> lose)
    {
        lock (_lock)
            _beingLost.UnionWith(topics);
        await lose();
        lock (_lock)
        {
            foreach (var topic in topics)
            {
                _lost.Add(new(topic, [.. records[topic].Select(Numbered)]));
                _lostAt[topic] = Stopwatch.GetTimestamp();
            }
            _beingLost.ExceptWith(topics);
        }
    }

    /// <summary>Whether a topic lost its log so recently that its groups' members may still commit places of the lost one: Kafka takes that.</summary>
    public bool MayBeUnnoticed(string topic)
    {
        lock (_lock)
            return _lostAt.TryGetValue(topic, out var at) && Stopwatch.GetElapsedTime(at) < Notice;
    }

    /// <summary>Gives a record of the present log the number of that log.</summary>
    public LogRecord Numbered(LogRecord record) => record with { Log = Before(record.Topic) };

    /// <summary>Reads positions, and says in which log each is. Where that is not certain, a position is left out.</summary>
    public List<GroupPosition> Number(Func<List<GroupPosition>> read)
    {
        var before = Logs();
        var positions = read();
        var after = Logs();
        return [.. positions.Where(position => before[position.Topic] is { } log && log == after[position.Topic]).Select(position => position with { Log = before[position.Topic]!.Value })];
    }

    private Dictionary<string, int?> Logs()
    {
        lock (_lock)
            return WholeShop.Groups.Select(group => group.Topic).Distinct().ToDictionary(topic => topic, topic => _beingLost.Contains(topic) ? null : (int?)Before(topic));
    }

    private int Before(string topic)
    {
        lock (_lock)
            return _lost.Count(lost => lost.Topic == topic);
    }
}
