using System.Diagnostics.Metrics;
using Ticketing.Messaging;

namespace Ticketing.Benchmarks.Runtime;

/// <summary>Tells by the runtime's own metrics when every event's effect is stored and every event that followed is acknowledged.</summary>
internal sealed class Progress : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _processed;
    private readonly int _published;
    private long _processedSoFar;
    private long _publishedSoFar;

    public Progress(int processed, int published)
    {
        (_processed, _published) = (processed, published);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == MessagingMetrics.Name)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, _, _) => Note(instrument.Name, count));
        _listener.Start();
    }

    public Task Done => _done.Task;

    public void Dispose() => _listener.Dispose();

    private void Note(string instrument, long count)
    {
        if (instrument == "ticketing.events.processed")
            Interlocked.Add(ref _processedSoFar, count);
        else if (instrument == "ticketing.events.published")
            Interlocked.Add(ref _publishedSoFar, count);
        if (Interlocked.Read(ref _processedSoFar) >= _processed && Interlocked.Read(ref _publishedSoFar) >= _published)
            _done.TrySetResult();
    }
}
