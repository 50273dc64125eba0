using Confluent.Kafka;

namespace Ticketing.Messaging;

/// <summary>
/// Notices that two shops use one topic: events of two stores alternate. A store that was emptied and begins anew has another id, too, but the old
/// one does not come back. For the polling thread.
/// </summary>
internal sealed class OtherShops(GroupContext context)
{
    // A few old events may come back for other reasons, such as somebody who publishes them again.
    private const int Turns = 3;

    private readonly Dictionary<Partition, (byte[]? Last, byte[]? Before)> _stores = [];
    private int _turns;

    /// <summary>A record comes.</summary>
    /// <returns>What is wrong, if anything is.</returns>
    public string? See(ConsumeResult<byte[]?, byte[]?> result)
    {
        if (result.Message.Headers is not { } headers || !headers.TryGetLastBytes(EventMessages.StoreId, out var store))
            return null;
        var (last, before) = _stores.GetValueOrDefault(result.Partition);
        if (store.AsSpan().SequenceEqual(last))
            return null;
        _stores[result.Partition] = (store, last);
        return before is not null && store.AsSpan().SequenceEqual(before) && ++_turns % Turns == 0
            ? $"events of two shops alternate on {context.Topic}. Give each shop a Kafka:Prefix of its own."
            : null;
    }
}
