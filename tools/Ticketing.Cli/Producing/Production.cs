using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Ticketing.Cli;

/// <summary>Sends records, and counts what becomes of them.</summary>
internal sealed class Production : IDisposable
{
    private const int MostErrorsTold = 10;

    // What the broker has not answered by then is told as unknown.
    private static readonly TimeSpan PatienceAfterStop = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan WritePeriod = TimeSpan.FromMilliseconds(50);

    private readonly string _name;
    private readonly string _topic;
    private readonly RecordShape _shape;
    private readonly bool _isQuiet;
    private readonly bool _waits;
    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly long _started = Stopwatch.GetTimestamp();

    // Where records are, until that is written.
    private readonly Lock _lock = new();
    private readonly StringBuilder _places = new();
    private readonly Timer _timer;
    private readonly Stream _output = Terminal.OpenOutput();

    private long _lines;
    private long _acknowledged;
    private long _failed;

    /// <param name="connection">How to reach the broker.</param>
    /// <param name="name">The topic's name in the shop.</param>
    /// <param name="topic">The topic's name on the cluster.</param>
    /// <param name="shape">How a line becomes a record.</param>
    /// <param name="isQuiet">Whether it does not say where each record is.</param>
    /// <param name="waits">Whether each record is waited for, as somebody types the lines.</param>
    public Production(Connection connection, string name, string topic, RecordShape shape, bool isQuiet, bool waits)
    {
        (_name, _topic, _shape, _isQuiet, _waits) = (name, topic, shape, isQuiet, waits);
        _producer = connection.Producer();
        Write = text => _output.Write(Encoding.UTF8.GetBytes(text));
        _timer = new Timer(_ => WritePlaces(), null, WritePeriod, WritePeriod);
    }

    /// <summary>Where lines are written: beside a progress bar that is another way.</summary>
    public Action<string> Write { get; set; }

    /// <summary>Returns when every record has been answered, or some time after the token was cancelled.</summary>
    public async Task RunAsync(Reading reading, CancellationToken stop)
    {
        try
        {
            while (_lines < reading.Count && await reading.Input.ReadAsync(stop) is { } line)
            {
                // An empty line is a record in a file; who types one only looks for the prompt.
                if (_waits && line.Length == 0)
                    continue;
                _lines++;
                await SendAsync(line, reading.Input, stop);
                if (_waits)
                    await AnsweredAsync(stop);
                else if (reading.Rate is { } rate && TimeSpan.FromSeconds(_lines / rate) - Stopwatch.GetElapsedTime(_started) is { Ticks: > 0 } early)
                    await Task.Delay(early, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // What is sent is still waited for.
        }
        finally
        {
            await AnsweredAsync(stop);
        }
    }

    /// <summary>Tells the counts.</summary>
    /// <returns>The exit code.</returns>
    public int End(bool wasStopped)
    {
        WritePlaces();
        var unknown = _lines - _acknowledged - _failed;
        var seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{_lines} {(_lines == 1 ? "line" : "lines")}: {_acknowledged} acknowledged, {_failed} failed{(unknown > 0 ? $", {unknown} unknown" : "")} in {seconds:0.0} s ({_acknowledged / seconds:0} per second)"));
        return _failed + unknown > 0 ? ExitCode.Failed : wasStopped ? ExitCode.Interrupted : ExitCode.Done;
    }

    public void Dispose()
    {
        _timer.Dispose();
        _producer.Dispose();
        _output.Dispose();
    }

    public void WritePlaces()
    {
        lock (_lock)
        {
            if (_places.Length == 0)
                return;
            try
            {
                Write(_places.ToString());
            }
            catch (IOException)
            {
                // Nobody reads them any more. The records are sent all the same.
            }
            _places.Clear();
        }
    }

    private async ValueTask SendAsync(string line, LineInput input, CancellationToken stop)
    {
        string? key;
        Message<byte[]?, byte[]?> message;
        Partition partition;
        try
        {
            var words = Template.WordsOf(line);
            key = _shape.Key?.Fill(words);
            partition = _shape.Partition.Of(words);
            message = new()
            {
                Key = key is null ? null : Encoding.UTF8.GetBytes(key),
                Value = Encoding.UTF8.GetBytes(_shape.Value?.Fill(words) ?? line),
            };
            if (_shape.Headers.Count > 0)
                message.Headers = [];
            foreach (var (name, value) in _shape.Headers)
                message.Headers.Add(name, Encoding.UTF8.GetBytes(value.Fill(words)));
        }
        catch (LineException e)
        {
            Failed($"{input.Place} is not sent: {e.Message}");
            return;
        }
        var place = input.Place;
        while (true)
        {
            try
            {
                _producer.Produce(new TopicPartition(_topic, partition), message, report => Answered(report, key, place));
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                await Task.Delay(Pause, stop);
            }
            catch (ProduceException<byte[]?, byte[]?> e)
            {
                Failed($"{place} is not sent: {e.Error.Reason}");
                return;
            }
        }
    }

    private void Answered(DeliveryReport<byte[]?, byte[]?> report, string? key, string line)
    {
        if (report.Error.IsError)
        {
            Failed($"{line} was not acknowledged: {report.Error.Reason}");
            return;
        }
        if (!_isQuiet)
        {
            lock (_lock)
                _places.Append(CultureInfo.InvariantCulture, $"[{_name}] {report.Partition.Value}:{report.Offset.Value} {(key is null ? "-" : Terminal.Printable(key))}\n");
        }
        // Behind the line: at the end all of them are there.
        Interlocked.Increment(ref _acknowledged);
    }

    private void Failed(string why)
    {
        var count = Interlocked.Increment(ref _failed);
        if (count <= MostErrorsTold)
            Console.Error.WriteLine($"error: {why}");
        else if (count == MostErrorsTold + 1)
            Console.Error.WriteLine("error: further errors are only counted");
    }

    private async Task AnsweredAsync(CancellationToken stop)
    {
        long? stopped = null;
        while (Interlocked.Read(ref _acknowledged) + Interlocked.Read(ref _failed) < _lines)
        {
            if (stop.IsCancellationRequested && Stopwatch.GetElapsedTime(stopped ??= Stopwatch.GetTimestamp()) > PatienceAfterStop)
                break;
            await Task.Delay(Pause, CancellationToken.None);
        }
        WritePlaces();
    }
}
