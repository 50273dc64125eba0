using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Ticketing.Tickets;

/// <summary>
/// The paid seats of a ticket; immutable. There may be tens of thousands, so they are stored in parts (<see cref="SalesText"/>), of which a
/// further sale changes the last one only.
/// </summary>
[JsonConverter(typeof(SalesJsonConverter))]
public sealed class Sales
{
    // A sale behind it may be some bytes more.
    private const int PartSize = 1750;

    private readonly ImmutableArray<SalesText> _texts;

    private Sales(ImmutableDictionary<string, int> byOrder, ImmutableArray<SalesText> texts) => (ByOrder, _texts) = (byOrder, texts);

    /// <summary>Nothing is sold.</summary>
    public static Sales None { get; } = new(ImmutableDictionary<string, int>.Empty, []);

    /// <summary>How many seats are an order's.</summary>
    public ImmutableDictionary<string, int> ByOrder { get; }

    /// <summary>How they are stored.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> Parts => _texts.Select(text => text.Utf8).ToArray();

    /// <summary>These seats.</summary>
    /// <exception cref="FormatException">These are none.</exception>
    internal static Sales Of(IReadOnlyList<ReadOnlyMemory<byte>> parts) => parts.Count == 0 ? None : new(
        parts.SelectMany(SalesText.Decode).ToImmutableDictionary(), [.. parts.Select(SalesText.Of)]);

    /// <summary>With an order's seats.</summary>
    /// <exception cref="ArgumentException">The order has some already.</exception>
    public Sales Add(string orderId, int seats)
    {
        if (ByOrder.ContainsKey(orderId))
            throw new ArgumentException($"Order {orderId} has seats already.", nameof(orderId));
        var texts = _texts is [.., { Utf8.Length: < PartSize } last]
            ? _texts.SetItem(_texts.Length - 1, last.Add(orderId, seats))
            : _texts.Add(SalesText.Empty.Add(orderId, seats));
        return new(ByOrder.Add(orderId, seats), texts);
    }

    /// <summary>Without an order's seats. That is rare, so it is looked for in all parts.</summary>
    public Sales Remove(string orderId) => ByOrder.ContainsKey(orderId)
        ? new(ByOrder.Remove(orderId), [.. _texts.Select(text => text.Remove(orderId))])
        : this;
}
