using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// Lists, page by page.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task The_tickets_are_listed_page_by_page_each_once()
    {
        var seller = await Shop.SellerAsync();
        var listed = new List<Ticket>();
        for (var i = 0; i < 5; i++)
            listed.Add(await seller.ListTicketAsync());

        var pages = await PagesAsync<Ticket>(Shop.Anyone, "/api/tickets?limit=2");

        Assert.All(pages.SkipLast(1), page => Assert.Equal(2, page.Length));
        var ids = pages.SelectMany(page => page).Select(ticket => ticket.Id).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.Subset(ids.ToHashSet(), listed.Select(ticket => ticket.Id).ToHashSet());
    }

    [Fact]
    public async Task Only_tickets_with_seats_are_listed_as_available()
    {
        var (seller, buyer) = await PeopleAsync();
        var (gone, left) = (await seller.ListTicketAsync(), await seller.ListTicketAsync(quantity: 2));
        await buyer.BuyAsync(gone);
        await buyer.BuyAsync(left);
        await Shop.SettleAsync();

        var available = (await PagesAsync<Ticket>(Shop.Anyone, "/api/tickets?available=true&limit=3")).SelectMany(page => page).ToList();
        var all = (await PagesAsync<Ticket>(Shop.Anyone, "/api/tickets")).SelectMany(page => page).ToList();

        Assert.All(available, ticket => Assert.True(ticket.Available > 0));
        Assert.Contains(left.Id, available.Select(ticket => ticket.Id));
        Assert.DoesNotContain(gone.Id, available.Select(ticket => ticket.Id));
        Assert.Contains(gone.Id, all.Select(ticket => ticket.Id));
    }

    [Theory]
    [InlineData("/api/orders?limit=2", true)]
    [InlineData("/api/orders?limit=2&order=oldest", false)]
    public async Task A_buyers_orders_are_listed_page_by_page_in_the_order_of_placing(string path, bool newestFirst)
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 9);
        var placed = new List<string>();
        for (var i = 0; i < 5; i++)
            placed.Add((await buyer.OrderAsync(ticket)).Id);

        var pages = await PagesAsync<Order>(buyer, path);

        Assert.Equal([2, 2, 1], pages.Select(page => page.Length));
        Assert.Equal(newestFirst ? Enumerable.Reverse(placed) : placed, pages.SelectMany(page => page).Select(order => order.Id));
    }

    [Fact]
    public async Task A_buyers_orders_are_listed_by_status()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 9);
        var bought = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            bought.Insert(0, (await buyer.BuyAsync(ticket)).Id);
            await buyer.CancelAsync(await buyer.OrderAsync(ticket));
        }

        var pages = await PagesAsync<Order>(buyer, "/api/orders?status=completed&limit=2");

        Assert.Equal(bought, pages.SelectMany(page => page).Select(order => order.Id));
        Assert.Equal(3, (await PagesAsync<Order>(buyer, "/api/orders?status=cancelled")).Sum(page => page.Length));
        (await buyer.GetAsync("/api/orders?status=paid&order=up")).IsInvalid("status", "order");
    }

    [Fact]
    public async Task A_short_last_page_with_more_matches_than_the_answer_takes_is_continued()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 9);
        var cancelled = new List<string>();
        for (var i = 0; i < 4; i++)
            cancelled.Insert(0, (await buyer.CancelAsync(await buyer.OrderAsync(ticket))).Id);
        await buyer.OrderAsync(ticket);

        // The first page of three has two of them, and the second and last one has two.
        var pages = await PagesAsync<Order>(buyer, "/api/orders?status=cancelled&limit=3");

        Assert.Equal(cancelled, pages.SelectMany(page => page).Select(order => order.Id));
    }

    private static async Task<List<T[]>> PagesAsync<T>(Caller caller, string first)
    {
        var pages = new List<T[]>();
        for (var path = first; path is not null;)
        {
            var answer = await caller.GetAsync(path);
            pages.Add(answer.Read<T[]>());
            path = answer.Next;
        }
        return pages;
    }
}
