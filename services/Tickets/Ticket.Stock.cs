using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Tickets;

/// <summary>How many seats are left: what is told of it, and how it is refilled.</summary>
public sealed partial record Ticket
{
    // One decision is one write. A rule that adds few seats at a time goes on with the next one.
    private const int MaxRefills = 100;

    private const int MaxDefaultLowStock = 100;

    /// <summary>The stock is low when no more seats than these are available: what the seller said, or a tenth of the quantity, at most 100.</summary>
    private int LowStockThreshold => Details.LowStockAt ?? Math.Min(MaxDefaultLowStock, (Quantity + 9) / 10);

    private bool IsStockLow => Available <= LowStockThreshold;

    /// <summary>
    /// It becomes another one: its next version, and one more with each refill. Then comes the answer to whoever asked for it, if any, and what has become of
    /// its stock. Every change that is told goes through here.
    /// </summary>
    private Decision<Ticket> Become(Ticket next, Func<Ticket, IEvent>? answer = null)
    {
        next = next with { Version = Version + 1 };
        return next.Settle(this, next.ToEvent<TicketUpdated>(), answer);
    }

    /// <summary>With its first version. It has not fallen to anything yet, so nothing is said of its stock.</summary>
    private Decision<Ticket> Listed() => Settle(null, ToEvent<TicketCreated>(), null);

    private Decision<Ticket> Settle(Ticket? before, IEvent first, Func<Ticket, IEvent>? answer)
    {
        var (settled, events) = (this, new List<IEvent>(4) { first });
        for (var refills = 0; refills < MaxRefills && settled.Refilled() is { } refilled; refills++)
        {
            settled = refilled;
            events.Add(refilled.ToEvent<TicketUpdated>());
        }
        if (answer is not null)
            events.Add(answer(settled));
        var isSoldOut = before?.Available > 0 && settled is { Available: 0, State: SaleState.OnSale };
        var isLow = before?.IsStockLow == false && settled is { IsStockLow: true, State: SaleState.OnSale } && !isSoldOut;
        settled = settled with
        {
            LowStockSince = !settled.IsStockLow ? null : isLow ? settled.Version : LowStockSince,
            SoldOutSince = settled.Available > 0 ? null : isSoldOut ? settled.Version : SoldOutSince,
        };
        if (isLow)
            events.Add(settled.TellLowStock(settled.Version));
        if (isSoldOut)
            events.Add(settled.TellSoldOut(settled.Version));
        return new(settled, events);
    }

    /// <summary>The next version, with more seats; null if it needs none, or has none left. Who takes no orders needs none.</summary>
    private Ticket? Refilled() => State == SaleState.OnSale && Details.Refill is { Left: > 0 } refill && Available <= refill.Below
        ? this with
        {
            Quantity = Quantity + refill.Next,
            Details = Details with { Refill = refill with { Released = refill.Released + refill.Next } },
            Version = Version + 1,
        }
        : null;

    private TicketLowStock TellLowStock(long since) =>
        new() { Id = Id, TicketId = Id, Title = Title, UserId = UserId, Available = Available, Threshold = LowStockThreshold, Version = since };

    private TicketSoldOut TellSoldOut(long since) => new() { Id = Id, TicketId = Id, Title = Title, UserId = UserId, Quantity = Quantity, Version = since };

    /// <summary>What was told of the stock and is so still, with the versions that it was told with: whoever heard of it hears nothing new.</summary>
    private IEnumerable<IEvent> TellStock()
    {
        if (LowStockSince is { } low)
            yield return TellLowStock(low);
        if (SoldOutSince is { } soldOut)
            yield return TellSoldOut(soldOut);
    }
}
