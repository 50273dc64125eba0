using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Ticketing.Messaging;

namespace Ticketing.Notifications;

/// <summary>
/// A user's notifications as events, each with its number as its id, so whoever comes back with the last one that arrived gets what follows it: none is
/// missing, and none comes twice.
/// </summary>
public sealed class NotificationStream(Repository<Inbox> inboxes, Texts texts, IOptions<NotificationOptions> options, IOptions<JsonOptions> json)
{
    /// <summary>What follows a number, and whether some of it is no longer kept.</summary>
    public static (IReadOnlyList<Notification> Items, bool IsIncomplete) After(Inbox inbox, int number) =>
        ([.. inbox.Items.Where(item => item.Number > number)], inbox.Items is [var oldest, ..] && oldest.Number > number + 1);

    /// <summary>The events of a user; null now and then, while there are none.</summary>
    /// <param name="id">The user.</param>
    /// <param name="after">The last number that the caller has; null to begin with what is new.</param>
    /// <param name="end">Ends it.</param>
    public async IAsyncEnumerable<SseItem<string>?> ReadAsync(string id, int? after, [EnumeratorCancellation] CancellationToken end)
    {
        // As it is stored: what this process knows may be older than what the caller has from another one.
        var inbox = await inboxes.ViewAsync(id, end);
        var newest = (inbox?.Next ?? 1) - 1;
        // An inbox that never came so far has begun anew.
        var isNew = after > newest;
        var last = isNew ? 0 : after ?? newest;
        yield return null;
        while (true)
        {
            // What was seen is without its notifications.
            if ((isNew || newest > last) && (await inboxes.Store.LoadAsync(id, end))?.State is { } whole)
            {
                var (items, isIncomplete) = After(whole, last);
                if (isIncomplete || isNew)
                    yield return new($"{{\"after\":{after ?? last}}}", "gap");
                foreach (var item in items)
                    yield return new(JsonSerializer.Serialize(NotificationResponse.Of(item, whole, texts), json.Value.SerializerOptions), "notification") { EventId = $"{item.Number}" };
                (last, isNew) = (whole.Next - 1, false);
            }
            inbox = await inboxes.WaitAsync(id, seen => seen?.Next - 1 > last, options.Value.Heartbeat, end);
            end.ThrowIfCancellationRequested();
            newest = (inbox?.Next ?? 1) - 1;
            if (newest <= last)
                yield return null;
        }
    }
}
