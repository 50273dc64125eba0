using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ticketing.LogNoise;

/// <summary>Logs as fast as it is told, from a thread of its own, and tells what the service's meters say of its log records.</summary>
internal sealed partial class Noise(object host, string folder)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private const int StepsPerLook = 20;

    private readonly ILogger _logger = ((IHost)host).Services.GetRequiredService<ILoggerFactory>().CreateLogger("Noise");
    private readonly Dictionary<string, long> _counts = [];
    private long _logged;

    public void Begin() => new Thread(Run) { IsBackground = true, Name = "noise" }.Start();

    private void Run()
    {
        using var meters = new MeterListener();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Ticketing.Logging")
                listener.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((instrument, count, _, _) => _counts[instrument.Name] = _counts.GetValueOrDefault(instrument.Name) + count);
        meters.Start();
        var (rate, due, last) = (0, 0.0, Stopwatch.GetTimestamp());
        for (var step = 0; ; step++)
        {
            if (step % StepsPerLook == 0)
            {
                rate = int.TryParse(File.ReadAllText(Path.Combine(folder, "rate")), CultureInfo.InvariantCulture, out var wanted) ? wanted : rate;
                Tell(meters);
            }
            var now = Stopwatch.GetTimestamp();
            // What a busy machine kept it from is made up for, but not that of a long time.
            due = Math.Min(due + (rate * Stopwatch.GetElapsedTime(last, now).TotalSeconds), rate);
            last = now;
            for (; due >= 1; due--)
                Log(_logged++);
            Thread.Sleep(Step);
        }
    }

    // Most of what programs log matters little.
    private void Log(long number)
    {
        switch (number % 100)
        {
            case 0:
                LogError(number, "orders", 0.5);
                break;
            case < 5:
                LogWarning(number, "orders", 1.5);
                break;
            case < 30:
                LogInformation(number, "orders", 2.5);
                break;
            default:
                LogDebug(number, "orders", 3.5);
                break;
        }
    }

    private void Tell(MeterListener meters)
    {
        _counts.Clear();
        meters.RecordObservableInstruments();
        var file = Path.Combine(folder, $"{Environment.ProcessId}.counts");
        File.WriteAllLines(file + ".new", [$"logged {_logged}", .. _counts.Select(count => $"{count.Key} {count.Value}")]);
        File.Move(file + ".new", file, overwrite: true);
    }

    [LoggerMessage(LogLevel.Debug, "Step {Number} of {Topic} took {Duration} ms")]
    private partial void LogDebug(long number, string topic, double duration);

    [LoggerMessage(LogLevel.Information, "Step {Number} of {Topic} took {Duration} ms")]
    private partial void LogInformation(long number, string topic, double duration);

    [LoggerMessage(LogLevel.Warning, "Step {Number} of {Topic} took {Duration} ms")]
    private partial void LogWarning(long number, string topic, double duration);

    [LoggerMessage(LogLevel.Error, "Step {Number} of {Topic} took {Duration} ms")]
    private partial void LogError(long number, string topic, double duration);
}
