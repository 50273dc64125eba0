using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Ticketing.ActivityLog;

namespace Ticketing.Activities;

/// <summary>
/// Entries as they are stored, by whichever instance. Each caller reads for itself and only as fast as it takes them, so nobody's entries pile up here.
/// </summary>
public sealed class ActivityStream(IActivityStore store, Recorder recorder, IOptions<ActivityOptions> options, IOptions<JsonOptions> json, TimeProvider time)
{
    private const int Page = 200;

    /// <summary>The events; null now and then, while there are none.</summary>
    /// <param name="filter">Which entries.</param>
    /// <param name="after">The id of the last event that the caller has; null to begin with what is new.</param>
    /// <param name="end">Ends it.</param>
    public async IAsyncEnumerable<SseItem<string>?> ReadAsync(ActivityFilter filter, long? after, [EnumeratorCancellation] CancellationToken end)
    {
        var last = after ?? (await store.TailAsync(filter, 0, 0, end)).Newest;
        var told = time.GetTimestamp();
        yield return null;
        while (true)
        {
            var news = recorder.News;
            var tail = await store.TailAsync(filter, last, Page, end);
            // Another store, which begins anew.
            var isNew = tail.Newest > 0 && tail.Newest < last;
            if (isNew || (last > 0 && tail.Oldest > last + 1))
                yield return new($"{{\"after\":{last}}}", "gap");
            foreach (var (sequence, entry) in tail.Entries)
                yield return new(JsonSerializer.Serialize(entry, json.Value.SerializerOptions), "entry") { EventId = $"{sequence}" };
            last = isNew ? 0 : tail.Through;
            if (tail.Entries.Count > 0)
                told = time.GetTimestamp();
            if (isNew || tail.Through < tail.Newest)
                continue;
            if (time.GetElapsedTime(told) >= options.Value.Heartbeat)
            {
                told = time.GetTimestamp();
                yield return null;
            }
            await news.WaitAsync(options.Value.Poll, time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            end.ThrowIfCancellationRequested();
        }
    }
}
