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
    public async Task Nobody_else_sees_what_a_seller_earned()
    {
        var (seller, buyer) = (await Shop.SignUpAsync(), await Shop.SignUpAsync());
        var ticket = await seller.ListTicketAsync();

        (await Shop.Anyone.GetAsync("/api/tickets/mine")).IsProblem(Unauthorized);
        Assert.Empty((await buyer.GetAsync("/api/tickets/mine")).Read<Ticket[]>());
        foreach (var path in (string[])[$"/api/tickets/{ticket.Id}", "/api/tickets?limit=200"])
        {
            var body = (await buyer.GetAsync(path)).Body;
            Assert.All((string[])["held", "sold", "revenue"], field => Assert.DoesNotContain($"\"{field}\"", body, StringComparison.OrdinalIgnoreCase));
        }
    }
}
