using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// What a seller may change.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task A_listed_ticket_is_where_its_location_says()
    {
        var seller = await Shop.SellerAsync();
        var answer = await seller.PostAsync("/api/tickets", new { title = "Opera", price = 80, currency = "EUR" });

        var ticket = answer.Read<Ticket>(Created);
        Assert.Equal(new Ticket(ticket.Id, "Opera", 80, "EUR", 1, 1, seller.Id, 1) { MaxPerBuyer = 10 }, ticket);
        Assert.Equal(ticket, (await Shop.Anyone.GetAsync(answer.Location!)).Read<Ticket>());
    }

    [Fact]
    public async Task A_change_keeps_what_it_does_not_name_and_needs_the_newest_version_if_it_names_one()
    {
        var seller = await Shop.SellerAsync();
        var ticket = await seller.ListTicketAsync(quantity: 3);
        var path = $"/api/tickets/{ticket.Id}";
        var read = (await seller.GetAsync(path)).ETag!;

        var changed = await seller.PutAsync(path, new { price = 310 }, ("If-Match", read));

        Assert.Equal(ticket with { Price = 310, Version = 2 }, changed.Read<Ticket>());
        (await seller.PutAsync(path, new { price = 320 }, ("If-Match", read))).IsProblem(PreconditionFailed);
        Assert.Equal(3, (await seller.PutAsync(path, new { title = "Gig" }, ("If-Match", changed.ETag!))).Read<Ticket>().Version);
        Assert.Equal(4, (await seller.PutAsync(path, new { quantity = 4 })).Read<Ticket>().Version);
        // Nothing changes, so no version does.
        Assert.Equal(4, (await seller.PutAsync(path, new { title = "Gig", price = 310, quantity = 4 })).Read<Ticket>().Version);
    }

    [Fact]
    public async Task Only_its_seller_changes_a_ticket()
    {
        var (seller, other) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync();

        (await other.PutAsync($"/api/tickets/{ticket.Id}", new { price = 1 })).IsProblem(Forbidden);

        Assert.Equal(ticket, await other.TicketAsync(ticket.Id));
    }
}
