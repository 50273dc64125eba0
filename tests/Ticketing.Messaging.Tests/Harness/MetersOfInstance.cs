using System.Diagnostics.Metrics;

namespace Ticketing.Messaging.Tests.Harness;

/// <summary>The meters of one of several instances in this process. The SDK takes meters of the same name and tags for one, which ends with the first.</summary>
internal sealed class MetersOfInstance : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(new MeterOptions(options.Name) { Scope = this, Tags = [new("instance", Guid.NewGuid())] });
        _meters.Add(meter);
        return meter;
    }

    public void Dispose() => _meters.ForEach(meter => meter.Dispose());
}
