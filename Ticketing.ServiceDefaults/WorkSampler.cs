using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// No trace begins with a call to something else: a store's driver traces each of its commands, and the looks at what is due, many a
/// second, would be a trace each and bury those of orders. Calls within a trace are part of it.
/// </summary>
internal sealed class WorkSampler : Sampler
{
    private WorkSampler()
    {
    }

    public static Sampler ParentBased { get; } = new ParentBasedSampler(new WorkSampler());

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(samplingParameters.Kind == ActivityKind.Client ? SamplingDecision.Drop : SamplingDecision.RecordAndSample);
}
