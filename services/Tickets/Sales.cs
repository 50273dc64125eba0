using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Ticketing.Tickets;

/// <summary>
/// The paid seats of a ticket; immutable. There may be tens of thousands, and each change of the ticket writes the last of them only: the
/// others are full texts (<see cref="SalesText"/>), which are stored beside it.
/// </summary>
[JsonConverter(typeof(SalesJsonConverter))]
public sealed class Sales
{
    // A sale behind it may be some bytes more.
    private const int FullSize = 1750;

    private readonly ImmutableArray<SalesText> _full;
    private readonly SalesText _last;

    private Sales(ImmutableDictionary<string, int> byOrder, ImmutableArray<SalesText> full, SalesText last) =>
        (ByOrder, _full, _last) = (byOrder, full, last);

    /// <summary>Nothing is sold.</summary>
    public static Sales None { get; } = new(ImmutableDictionary<string, int>.Empty, [], SalesText.Empty);

    /// <summary>How many seats are an order's.</summary>
    public ImmutableDictionary<string, int> ByOrder { get; }

    /// <summary>What is stored beside the ticket.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> Parts => _full.IsEmpty ? [] : [.. _full.Select(text => text.Utf8)];

    /// <summary>What is stored within the ticket; for that only, as it has all the orders.</summary>
    internal Sales Rest => _full.IsEmpty ? this : new(ByOrder, [], _last);

    /// <summary>All of them as text.</summary>
    internal byte[] Utf8 => [.. _full.SelectMany(text => text.Utf8.ToArray()), .. _last.Utf8.Span];

    /// <summary>With what is stored beside the ticket.</summary>
    /// <exception cref="FormatException">These are no sales.</exception>
    internal Sales With(IReadOnlyList<ReadOnlyMemory<byte>> parts) => parts.Count == 0
        ? this
        : new(ByOrder.AddRange(parts.SelectMany(SalesText.Decode)), [.. parts.Select(SalesText.Of)], _last);

    /// <summary>With an order's seats.</summary>
    /// <exception cref="ArgumentException">The order has some already.</exception>
    public Sales Add(string orderId, int seats)
    {
        if (ByOrder.ContainsKey(orderId))
            throw new ArgumentException($"Order {orderId} has seats already.", nameof(orderId));
        var byOrder = ByOrder.Add(orderId, seats);
        return _last.Utf8.Length < FullSize
            ? new(byOrder, _full, _last.Add(orderId, seats))
            : new(byOrder, _full.Add(_last), SalesText.Empty.Add(orderId, seats));
    }

    /// <summary>Without an order's seats. That is rare, so it is looked for everywhere.</summary>
    public Sales Remove(string orderId) => ByOrder.ContainsKey(orderId)
        ? new(ByOrder.Remove(orderId), [.. _full.Select(text => text.Remove(orderId))], _last.Remove(orderId))
        : this;
}
