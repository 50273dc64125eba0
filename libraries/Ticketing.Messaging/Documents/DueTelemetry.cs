using System.Diagnostics;
using System.Globalization;
using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>
/// The span and the metrics of work that fell due. The span of one document is in that document's trace; that of several is a trace of
/// its own, linked with theirs. What is decided goes on in each document's own trace either way (<see cref="Origin"/>).
/// </summary>
internal sealed class DueTelemetry<T>(Repository<T> repository, string indexName, TimeProvider time)
    where T : class
{
    // What an SDK keeps of a span's links (OTEL_SPAN_LINK_COUNT_LIMIT); more of them would be made in vain.
    private const int MaxLinks = 128;

    private readonly string _name = $"due {repository.Type.Name}";
    private readonly DocumentIndex<T> _index = repository.Type.Indexes.First(index => index.Name == indexName);
    private readonly KeyValuePair<string, object?> _tag = new("ticketing.document", repository.Type.Name);

    public Activity? Start(IReadOnlyList<DocumentView<T>> due)
    {
        if (MessagingMetrics.Lateness.Enabled)
        {
            var now = time.GetUtcNow();
            foreach (var document in due)
                if (_index.Key(document.State) is { } key)
                    MessagingMetrics.Lateness.Record((now - DateTimeOffset.Parse(key, CultureInfo.InvariantCulture)).TotalSeconds, _tag);
        }
        if (!MessagingMetrics.Source.HasListeners())
            return null;
        return due.Count == 1
            ? repository.StartActivity(_name, due[0].State)
            : MessagingMetrics.Source.StartActivity(ActivityKind.Internal, default, [_tag], Links(due), name: _name);
    }

    private IEnumerable<ActivityLink> Links(IReadOnlyList<DocumentView<T>> due) => due
        .Select(document => repository.Type.Trace?.Of(document.State) is { } trace ? TraceParent.Parse(trace.Parent, trace.State) : default)
        .Where(context => context != default)
        .Take(MaxLinks)
        .Select(context => new ActivityLink(context));
}
