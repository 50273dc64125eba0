using System.Collections.Immutable;

namespace Ticketing.Tickets;

/// <summary>
/// The paid seats of a ticket; immutable. There may be tens of thousands. They are stored beside the ticket as texts (<see cref="SalesText"/>),
/// and a sale changes the last of them only.
/// </summary>
public sealed class Sales
{
    // A sale behind it may be some bytes more.
    private const int FullSize = 1750;

    private readonly ImmutableDictionary<string, int>? _byOrder;
    private readonly ImmutableArray<SalesText> _texts;

    private Sales(ImmutableDictionary<string, int>? byOrder, ImmutableArray<SalesText> texts) => (_byOrder, _texts) = (byOrder, texts);

    /// <summary>Nothing is sold.</summary>
    public static Sales None { get; } = new(ImmutableDictionary<string, int>.Empty, []);

    /// <summary>How many seats are an order's.</summary>
    /// <exception cref="InvalidOperationException">The ticket was read to be shown.</exception>
    public ImmutableDictionary<string, int> ByOrder => Read._byOrder!;

    /// <summary>Whatever they are, nobody may ask.</summary>
    internal static Sales NotRead { get; } = new(null, []);

    /// <summary>What is stored beside the ticket.</summary>
    /// <exception cref="InvalidOperationException">The ticket was read to be shown.</exception>
    internal IReadOnlyList<ReadOnlyMemory<byte>> Parts => [.. Read._texts.Select(text => text.Utf8)];

    private Sales Read => _byOrder is null
        ? throw new InvalidOperationException("The ticket was read to be shown, without its sales: it is neither decided on nor written.")
        : this;

    /// <summary>What was stored beside the ticket; null if it was not read.</summary>
    /// <exception cref="FormatException">These are no sales.</exception>
    internal static Sales Of(IReadOnlyList<ReadOnlyMemory<byte>>? parts)
    {
        if (parts is null)
            return NotRead;
        try
        {
            return new(ImmutableDictionary.CreateRange(parts.SelectMany(SalesText.Decode)), [.. parts.Select(SalesText.Of)]);
        }
        catch (Exception e) when (e is not FormatException)
        {
            throw new FormatException("These are no sales.", e);
        }
    }

    /// <summary>With an order's seats.</summary>
    /// <exception cref="ArgumentException">The order has some already.</exception>
    public Sales Add(string orderId, int seats)
    {
        if (ByOrder.ContainsKey(orderId))
            throw new ArgumentException($"Order {orderId} has seats already.", nameof(orderId));
        var byOrder = ByOrder.Add(orderId, seats);
        return _texts is [.., var last] && last.Utf8.Length < FullSize
            ? new(byOrder, _texts.SetItem(_texts.Length - 1, last.Add(orderId, seats)))
            : new(byOrder, _texts.Add(SalesText.Empty.Add(orderId, seats)));
    }

    /// <summary>Without an order's seats. That is rare, so it is looked for everywhere.</summary>
    public Sales Remove(string orderId) => ByOrder.ContainsKey(orderId)
        ? new(ByOrder.Remove(orderId), [.. _texts.Select(text => text.Remove(orderId))])
        : this;
}
