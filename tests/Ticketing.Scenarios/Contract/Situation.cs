using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios.Contract;

/// <summary>What a call can be about: a ticket and an order for two of its seats, paid or not.</summary>
internal sealed record Situation(Caller Seller, Caller Buyer, string TicketId, string OrderId)
{
    /// <summary>Who makes the calls of operators, and a dead letter for them.</summary>
    public (Caller By, string DeadLetter)? Operating { get; init; }

    public static async Task<Situation> NewAsync(Shop shop, bool isPaid)
    {
        var (seller, buyer) = (await shop.SignUpAsync(), await shop.SignUpAsync());
        var ticket = await seller.ListTicketAsync(price: 25, quantity: 20);
        var order = isPaid ? await buyer.BuyAsync(ticket, 2) : await buyer.ReserveAsync(ticket, 2);
        return new(seller, buyer, ticket.Id, order.Id);
    }
}
