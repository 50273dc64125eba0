using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Ticketing.Cli;

/// <summary>A producer and two consumers. It knows what was sent, who got it, and whether that was in order.</summary>
internal sealed class DemoStage : IAsyncDisposable
{
    public const string Producer = "producer";

    /// <summary>By how much a record happened after the one before it.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly string[] Keys = ["ann", "bill", "cleo", "dan", "eve", "finn", "gus", "hal"];

    private readonly DemoBroker _broker;
    private readonly DemoView _view;
    private readonly double _rate;
    private readonly IProducer<byte[]?, byte[]?> _producer;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _sent = [];
    private readonly Dictionary<string, long> _gotBy = [];
    private readonly Dictionary<(string Group, string Key), int> _last = [];
    private DateTime _time;
    private volatile bool _isOver;

    public DemoStage(DemoBroker broker, DemoView view, double rate)
    {
        (_broker, _view, _rate) = (broker, view, rate);
        _producer = broker.Connection.Producer();
        A = new(broker, "A", Tell, Got);
        B = new(broker, "B", Tell, Got);
        // Windows begin with the first record, and a broker takes no record of the future.
        _time = DateTime.UtcNow.Date.AddDays(-1);
    }

    public DemoConsumer A { get; }

    public DemoConsumer B { get; }

    /// <summary>How many records were sent and acknowledged.</summary>
    public int Sent { get; private set; }

    /// <summary>Whether each group has got the records of each key one after the other, none twice and without a gap.</summary>
    public bool IsInOrder { get; private set; } = true;

    /// <summary>How many keys there are.</summary>
    public int KeyCount => _sent.Count;

    /// <summary>What else is done with a record that a consumer got.</summary>
    public Action<DemoConsumer, ConsumeResult<byte[]?, byte[]?>>? OnRecord { get; set; }

    /// <summary>Whether records say that they happened a little earlier now and then, as if they were late.</summary>
    public bool HasLateRecords { get; set; }

    /// <summary>How many records a consumer got.</summary>
    public long CountOf(DemoConsumer consumer)
    {
        lock (_lock)
            return _gotBy.GetValueOrDefault(consumer.Name);
    }

    /// <summary>Sends so many records.</summary>
    public async Task SendAsync(long count, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 1L; i <= count; i++)
        {
            var key = Keys[Sent % Keys.Length];
            var sequence = _sent[key] = _sent.GetValueOrDefault(key) + 1;
            _time += Step;
            var at = HasLateRecords && Sent % 7 == 6 ? _time - (6 * Step) : _time;
            var report = await _producer.ProduceAsync(
                _broker.Topic, new() { Key = Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes($"{sequence}"), Timestamp = new(at) }, stop);
            Sent++;
            _view.Tell(Producer, $"{Place(report.TopicPartitionOffset)} {key} {sequence}{(HasLateRecords ? $" at {at:HH:mm:ss.f}" : "")}", report.Partition.Value);
            if (TimeSpan.FromSeconds(i / _rate) - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } early)
                await Task.Delay(early, stop);
        }
    }

    /// <summary>Waits until the consumers that run have all partitions, each of them some.</summary>
    public Task AssignedAsync(CancellationToken stop) => UntilAsync(
        () => Running.All(consumer => consumer.Partitions.Count > 0)
            && Running.GroupBy(consumer => consumer.Group).All(group => group.Sum(consumer => consumer.Partitions.Count) == DemoBroker.Partitions),
        "The consumers did not get their partitions", stop);

    /// <summary>Waits until each group with a consumer that runs has got all records.</summary>
    public Task ReceivedAsync(CancellationToken stop) => UntilAsync(
        () =>
        {
            lock (_lock)
                return Running.All(consumer => _sent.All(sent => _last.GetValueOrDefault((consumer.Group!, sent.Key)) == sent.Value));
        },
        "The consumers did not get all records", stop);

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        await Task.WhenAll(Running.Select(consumer => consumer.StopAsync()).ToList());
        _producer.Dispose();
    }

    private IEnumerable<DemoConsumer> Running => new[] { A, B }.Where(consumer => consumer.Group is not null);

    private void Tell(DemoConsumer consumer, string text)
    {
        // That everybody leaves in the end says nothing.
        if (!_isOver)
            _view.Tell(consumer.Name, text);
    }

    private void Got(DemoConsumer consumer, ConsumeResult<byte[]?, byte[]?> record)
    {
        var (key, value) = (Encoding.UTF8.GetString(record.Message.Key!), Encoding.UTF8.GetString(record.Message.Value!));
        if (OnRecord is null)
            _view.Tell(consumer.Name, $"{Place(record.TopicPartitionOffset)} {key} {value}", record.Partition.Value);
        else
            OnRecord(consumer, record);
        var sequence = int.Parse(value, CultureInfo.InvariantCulture);
        lock (_lock)
        {
            IsInOrder &= sequence == _last.GetValueOrDefault((consumer.Group!, key)) + 1;
            _last[(consumer.Group!, key)] = sequence;
            _gotBy[consumer.Name] = _gotBy.GetValueOrDefault(consumer.Name) + 1;
        }
    }

    private static string Place(TopicPartitionOffset place) => $"{place.Partition.Value}:{place.Offset.Value}";

    private static async Task UntilAsync(Func<bool> condition, string otherwise, CancellationToken stop)
    {
        for (var started = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(Pause, stop))
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new CliException($"{otherwise} within {Patience.TotalSeconds:0} s");
    }
}
