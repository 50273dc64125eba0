using System.Diagnostics;

namespace Ticketing.Documents;

/// <summary>One operation of a store, as it is called in spans and metrics.</summary>
internal sealed class StoreOperation(string name, string system, string collection)
{
    private readonly string _spanName = $"{name} {collection}";
    private readonly ActivityKind _kind = system == "memory" ? ActivityKind.Internal : ActivityKind.Client;
    private readonly KeyValuePair<string, object?>[] _tags =
        [new("db.system.name", system), new("db.operation.name", name), new("db.collection.name", collection)];

    /// <summary>
    /// Starts a span of so many documents. Only within another: what no request and no event asked for, such as a look for unpublished
    /// events, is no trace of its own every second. Links to the documents of several orders come from that span.
    /// </summary>
    public Activity? Start(int documents)
    {
        if (Activity.Current is not { } current || !DocumentTelemetry.Source.HasListeners())
            return null;
        var activity = DocumentTelemetry.Source.StartActivity(_kind, default, _tags, current.Links, name: _spanName);
        if (documents > 1)
            activity?.AddTag("db.operation.batch.size", documents);
        return activity;
    }

    public void End(Activity? activity, long started, Exception? error)
    {
        if (DocumentTelemetry.Duration.Enabled)
            DocumentTelemetry.Duration.Record(
                Stopwatch.GetElapsedTime(started).TotalSeconds,
                error is null ? _tags : [.. _tags, new("error.type", error.GetType().FullName)]);
        if (error is not null)
            activity?.SetStatus(ActivityStatusCode.Error, error.Message).SetTag("error.type", error.GetType().FullName);
        activity?.Dispose();
    }
}
