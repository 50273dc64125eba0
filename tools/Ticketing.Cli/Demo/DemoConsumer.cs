using Confluent.Kafka;

namespace Ticketing.Cli;

/// <summary>A consumer of a demo, on a thread of its own. It can be stopped and started again.</summary>
internal sealed class DemoConsumer(DemoBroker broker, string name, Action<DemoConsumer, string> tell, Action<DemoConsumer, ConsumeResult<byte[]?, byte[]?>> got)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private volatile int[] _partitions = [];
    private volatile bool _isStopping;
    private Task _running = Task.CompletedTask;

    public string Name => name;

    /// <summary>Its group; null while it is stopped.</summary>
    public string? Group { get; private set; }

    /// <summary>The partitions that it has now.</summary>
    public IReadOnlyList<int> Partitions => _partitions;

    public void Start(string group)
    {
        Group = group;
        _isStopping = false;
        // It blocks.
        _running = Task.Factory.StartNew(() => Run(group), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Returns when it has committed and left its group.</summary>
    public async Task StopAsync()
    {
        _isStopping = true;
        await _running;
        (Group, _partitions) = (null, []);
    }

    private void Run(string group)
    {
        using var consumer = broker.Connection.Consumer($"{broker.Name}-{group}", config => new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetErrorHandler((_, _) => { })
            .SetPartitionsAssignedHandler((_, given) => Have(_partitions.Union(given.Select(one => one.Partition.Value))))
            .SetPartitionsRevokedHandler((_, taken) => Have(_partitions.Except(taken.Select(one => one.Partition.Value))))
            .SetPartitionsLostHandler((_, taken) => Have(_partitions.Except(taken.Select(one => one.Partition.Value)))));
        consumer.Subscribe(broker.Topic);
        try
        {
            while (!_isStopping)
                if (consumer.Consume(Pause) is { } record)
                {
                    got(this, record);
                    consumer.StoreOffset(record);
                }
        }
        finally
        {
            // Commits what is stored, and leaves the group.
            consumer.Close();
        }
    }

    private void Have(IEnumerable<int> partitions)
    {
        var before = _partitions;
        _partitions = [.. partitions.Order()];
        if (!_partitions.SequenceEqual(before))
            tell(this, _partitions.Length == 0 ? "has no partition" : $"has {(_partitions.Length == 1 ? "partition" : "partitions")} {string.Join(", ", _partitions)}");
    }
}
