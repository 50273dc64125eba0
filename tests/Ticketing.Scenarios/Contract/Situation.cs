using Ticketing.Scenarios.Client;
using Ticketing.Testing;

namespace Ticketing.Scenarios.Contract;

/// <summary>What a call can be about: a ticket and an order for two of its seats, paid or not, and disputed or not.</summary>
internal sealed record Situation(Caller Seller, Caller Buyer, string TicketId, string OrderId)
{
    /// <summary>Who makes the calls of operators, and a dead letter for them.</summary>
    public (Caller By, string DeadLetter)? Operating { get; init; }

    public static async Task<Situation> NewAsync(Shop shop, bool isPaid, bool isDisputed)
    {
        var (seller, buyer) = (await shop.SignUpAsync(), await shop.SignUpAsync());
        var ticket = await seller.ListTicketAsync(price: 25, quantity: 20);
        var order = isPaid ? await buyer.BuyAsync(ticket, 2) : await buyer.ReserveAsync(ticket, 2);
        if (isPaid && isDisputed)
        {
            await shop.DisputeAsync(buyer, order);
            await Eventually.IsAsync(
                async () => (await seller.GetAsync($"/api/tickets/{ticket.Id}/orders/{order.Id}")).Read<TicketOrder>().Dispute is not null, () => "the order is not disputed");
        }
        return new(seller, buyer, ticket.Id, order.Id);
    }
}
