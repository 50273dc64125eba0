using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Ticketing.Tickets;

/// <summary>
/// The paid seats of a ticket; immutable. There may be tens of thousands, and each change of the ticket writes them all, so they are stored
/// as one text (<see cref="SalesText"/>), to which a further sale only adds its own.
/// </summary>
[JsonConverter(typeof(SalesJsonConverter))]
public sealed class Sales
{
    private Sales(ImmutableDictionary<string, int> byOrder, SalesText text) => (ByOrder, Text) = (byOrder, text);

    /// <summary>Nothing is sold.</summary>
    public static Sales None { get; } = new(ImmutableDictionary<string, int>.Empty, SalesText.Empty);

    /// <summary>How many seats are an order's.</summary>
    public ImmutableDictionary<string, int> ByOrder { get; }

    /// <summary>How they are stored.</summary>
    internal SalesText Text { get; }

    /// <summary>With an order's seats.</summary>
    /// <exception cref="ArgumentException">The order has some already.</exception>
    public Sales Add(string orderId, int seats) => ByOrder.ContainsKey(orderId)
        ? throw new ArgumentException($"Order {orderId} has seats already.", nameof(orderId))
        : new(ByOrder.Add(orderId, seats), Text.Add(orderId, seats));

    /// <summary>Without an order's seats. That is rare, so the text is made anew.</summary>
    public Sales Remove(string orderId) => ByOrder.ContainsKey(orderId) ? Of(ByOrder.Remove(orderId)) : this;

    /// <summary>These seats.</summary>
    internal static Sales Of(ImmutableDictionary<string, int> byOrder) =>
        new(byOrder, byOrder.Aggregate(SalesText.Empty, (text, sale) => text.Add(sale.Key, sale.Value)));
}
