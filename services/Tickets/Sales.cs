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

    private readonly ImmutableDictionary<string, Seats>? _byOrder;
    private readonly ImmutableArray<SalesText> _texts;

    // Counted when it is first asked for, and kept up to date from then on.
    private ImmutableDictionary<string, int>? _byBuyer;

    private Sales(ImmutableDictionary<string, Seats>? byOrder, ImmutableArray<SalesText> texts, ImmutableDictionary<string, int>? byBuyer = null) =>
        (_byOrder, _texts, _byBuyer) = (byOrder, texts, byBuyer);

    /// <summary>Nothing is sold.</summary>
    public static Sales None { get; } = new(ImmutableDictionary<string, Seats>.Empty, []);

    /// <summary>Which seats are an order's.</summary>
    /// <exception cref="InvalidOperationException">The ticket was read to be shown.</exception>
    public ImmutableDictionary<string, Seats> ByOrder => Read._byOrder!;

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

    /// <summary>How many seats a buyer has bought.</summary>
    /// <exception cref="InvalidOperationException">The ticket was read to be shown.</exception>
    public int OfBuyer(string userId)
    {
        _byBuyer ??= ByOrder.Values.Where(seats => seats.BuyerId is not null).GroupBy(seats => seats.BuyerId!)
            .ToImmutableDictionary(buyer => buyer.Key, buyer => buyer.Sum(seats => seats.Count));
        return _byBuyer.GetValueOrDefault(userId);
    }

    /// <summary>With an order's seats.</summary>
    /// <exception cref="ArgumentException">The order has some already.</exception>
    public Sales Add(string orderId, Seats seats)
    {
        if (ByOrder.ContainsKey(orderId))
            throw new ArgumentException($"Order {orderId} has seats already.", nameof(orderId));
        var (byOrder, byBuyer) = (ByOrder.Add(orderId, seats), Count(seats.BuyerId, seats.Count));
        return _texts is [.., var last] && last.Utf8.Length < FullSize
            ? new(byOrder, _texts.SetItem(_texts.Length - 1, last.Add(orderId, seats)), byBuyer)
            : new(byOrder, _texts.Add(SalesText.Empty.Add(orderId, seats)), byBuyer);
    }

    /// <summary>Without an order's seats. That is rare, so it is looked for everywhere.</summary>
    public Sales Remove(string orderId) => ByOrder.TryGetValue(orderId, out var seats)
        ? new(ByOrder.Remove(orderId), [.. _texts.Select(text => text.Remove(orderId))], Count(seats.BuyerId, -seats.Count))
        : this;

    private ImmutableDictionary<string, int>? Count(string? buyerId, int seats) =>
        buyerId is null ? _byBuyer : _byBuyer?.SetItem(buyerId, _byBuyer.GetValueOrDefault(buyerId) + seats);
}
