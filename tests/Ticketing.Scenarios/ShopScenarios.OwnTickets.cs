using Ticketing.Contracts;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// What only a seller sees.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task A_seller_sees_what_is_held_and_sold_and_what_it_earned()
    {
        var (seller, buyer) = (await Shop.SignUpAsync(), await Shop.SignUpAsync());
        var (first, second) = (await seller.ListTicketAsync(price: 10, quantity: 9), await seller.ListTicketAsync());
        var given = await buyer.BuyAsync(first, 3);
        await Shop.SettleAsync();
        await seller.PutAsync($"/api/tickets/{first.Id}", new { price = 12.50m });
        await Shop.SettleAsync();
        await buyer.BuyAsync(first, 2);
        await buyer.ReserveAsync(first);
        await seller.DeleteAsync($"/api/tickets/{second.Id}");
        await Shop.SettleAsync();

        var pages = await PagesAsync<Ticket>(seller, "/api/tickets/mine?limit=1");

        Assert.Equal(
            [
                first with { Price = 12.5m, Available = 3, Version = 7, Held = 1, Sold = 5, Revenue = 55 },
                second with { State = Ticket.Withdrawn, Version = 2, Held = 0, Sold = 0, Revenue = 0 },
            ],
            pages.SelectMany(page => page));
        Assert.Equal(first with { Price = 12.5m, Available = 3, Version = 7 }, await seller.TicketAsync(first.Id));
        await buyer.CancelAsync(given);
        await Shop.SettleAsync();
        Assert.Equal(25, (await seller.GetAsync("/api/tickets/mine")).Read<Ticket[]>()[0].Revenue);
    }

    [Fact]
    public async Task Seats_that_are_held_back_are_added_when_none_is_left_and_low_stock_and_sold_out_are_told()
    {
        var (seller, buyer) = (await Shop.SignUpAsync(), await Shop.SignUpAsync());
        var listing = new { title = "Opera", price = 10, quantity = 2, lowStockAt = 1, refill = new { below = 0, amount = 5, upTo = 5 } };
        var ticket = (await seller.PostAsync("/api/tickets", listing)).Read<Ticket>(Created);
        Assert.Equal((2, 2, null), (ticket.Quantity, ticket.Available, ticket.Refill));
        (await seller.PutAsync($"/api/tickets/{ticket.Id}", new { quantity = 9_996 })).IsInvalid("quantity");
        (await seller.PutAsync($"/api/tickets/{ticket.Id}", new { refill = new { below = 0, amount = 2, upTo = 2 } })).Is(OK);

        foreach (var seats in (int[])[2, 1, 1])
            await buyer.BuyAsync(ticket, seats);
        await Shop.SettleAsync();

        var mine = await MineAsync();
        Assert.Equal((9, 4, 4, new Refill(0, 2, 2, 2)), (mine.Version, mine.Quantity, mine.Sold, mine.Refill));
        Assert.Equal(
            ["ticket.created", "ticket.reserved", "ticket.reserved", "ticket.low_stock", "ticket.reserved", "ticket.sold_out"],
            (await ShopsOwnAsync(Topics.Tickets)).FindAll(record => record.Key == ticket.Id && record.Type != "ticket.updated").DistinctBy(record => record.CloudEventId)
                .Select(record => record.Type));
        (await seller.PutAsync($"/api/tickets/{ticket.Id}", new { refill = (object?)null })).Is(OK);
        Assert.Null((await MineAsync()).Refill);

        async Task<Ticket> MineAsync() => Assert.Single((await seller.GetAsync("/api/tickets/mine")).Read<Ticket[]>());
    }

    [Fact]
    public async Task Nobody_else_sees_what_a_seller_earned()
    {
        var (seller, buyer) = (await Shop.SignUpAsync(), await Shop.SignUpAsync());
        var ticket = await seller.ListTicketAsync();
        (await seller.PutAsync($"/api/tickets/{ticket.Id}", new { refill = new { below = 0, amount = 1, upTo = 1 } })).Is(OK);

        (await Shop.Anyone.GetAsync("/api/tickets/mine")).IsProblem(Unauthorized);
        Assert.Empty((await buyer.GetAsync("/api/tickets/mine")).Read<Ticket[]>());
        foreach (var path in (string[])[$"/api/tickets/{ticket.Id}", "/api/tickets?limit=200"])
        {
            var body = (await buyer.GetAsync(path)).Body;
            Assert.All((string[])["held", "sold", "revenue", "refill"], field => Assert.DoesNotContain($"\"{field}\"", body, StringComparison.OrdinalIgnoreCase));
        }
    }
}
