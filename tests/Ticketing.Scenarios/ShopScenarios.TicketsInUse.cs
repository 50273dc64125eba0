using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// What a seller may not change while others count on it.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task The_price_stays_while_a_seat_is_held_and_may_change_when_it_is_sold()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 2);
        var order = await buyer.ReserveAsync(ticket);

        (await seller.PutAsync($"/api/tickets/{ticket.Id}", new { price = 1 })).IsProblem(Conflict);
        Assert.Equal("Gig", (await seller.PutAsync($"/api/tickets/{ticket.Id}", new { title = "Gig" })).Read<Ticket>().Title);

        await buyer.PayAsync(order);
        await Shop.SettleAsync();
        Assert.Equal(1, (await seller.PutAsync($"/api/tickets/{ticket.Id}", new { price = 1 })).Read<Ticket>().Price);
        Assert.Equal(299, (await buyer.OrderAsync(order.Id)).Price);
    }

    [Fact]
    public async Task The_quantity_stays_above_what_is_held_and_sold()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 9);
        await buyer.BuyAsync(ticket, 2);
        await buyer.ReserveAsync(ticket, 1);

        (await seller.PutAsync($"/api/tickets/{ticket.Id}", new { quantity = 2 })).IsProblem(Conflict);
        var changed = (await seller.PutAsync($"/api/tickets/{ticket.Id}", new { quantity = 3 })).Read<Ticket>();

        Assert.Equal((3, 0), (changed.Quantity, changed.Available));
    }
}
