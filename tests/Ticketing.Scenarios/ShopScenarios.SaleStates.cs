using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// A ticket that its seller takes off sale, for a while or for ever.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task A_paused_ticket_takes_no_orders_until_it_is_resumed()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 2);
        var path = $"/api/tickets/{ticket.Id}";

        var paused = await seller.PostAsync($"{path}/pause", null, ("If-Match", "\"1\""));

        Assert.Equal(ticket with { State = Ticket.Paused, Version = 2 }, paused.Read<Ticket>());
        Assert.Equal("\"2\"", paused.ETag);
        await IsNotOnSaleAsync(buyer, ticket, $"Ticket {ticket.Id} is not on sale: its seller has paused it.");
        Assert.Contains(ticket.Id, await ListedAsync("/api/tickets?limit=200"));
        Assert.DoesNotContain(ticket.Id, await ListedAsync("/api/tickets?available=true&limit=200"));
        Assert.Equal(2, (await seller.PostAsync($"{path}/pause", null)).Read<Ticket>().Version);
        (await seller.PostAsync($"{path}/resume", null, ("If-Match", "\"1\""))).IsProblem(PreconditionFailed);

        Assert.Equal(Ticket.OnSale, (await seller.PostAsync($"{path}/resume", null, ("If-Match", "\"2\""))).Read<Ticket>().State);
        await Shop.SettleAsync();
        await buyer.BuyAsync(ticket);
        Assert.Contains(ticket.Id, await ListedAsync("/api/tickets?available=true&limit=200"));
    }

    [Fact]
    public async Task A_withdrawn_ticket_takes_no_orders_for_ever_and_seats_that_are_held_or_sold_stay_valid()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 3);
        var path = $"/api/tickets/{ticket.Id}";
        var sold = await buyer.BuyAsync(ticket);
        var held = await buyer.ReserveAsync(ticket);
        await Shop.SettleAsync();
        (await seller.DeleteAsync(path, ("If-Match", "\"1\""))).IsProblem(PreconditionFailed);
        (await seller.DeleteAsync(path, ("If-Match", "new"))).IsInvalid("If-Match");

        var withdrawn = (await seller.DeleteAsync(path)).Read<Ticket>();

        Assert.Equal((Ticket.Withdrawn, 5), (withdrawn.State, withdrawn.Version));
        Assert.Equal(withdrawn, (await seller.DeleteAsync(path)).Read<Ticket>());
        Assert.Equal(withdrawn, await buyer.TicketAsync(ticket.Id));
        Assert.DoesNotContain(ticket.Id, await ListedAsync("/api/tickets?limit=200"));
        (await seller.PutAsync(path, new { title = "Gig" })).IsProblem(Conflict);
        (await seller.PostAsync($"{path}/pause", null)).IsProblem(Conflict);
        (await seller.PostAsync($"{path}/resume", null)).IsProblem(Conflict);
        await IsNotOnSaleAsync(buyer, ticket, $"Ticket {ticket.Id} is not on sale: its seller has withdrawn it.");
        await buyer.PayAsync(held);
        await buyer.WaitForStatusAsync(held.Id, Order.Completed);
        Assert.Equal(Order.Completed, (await buyer.OrderAsync(sold.Id)).Status);
    }

    [Fact]
    public async Task Only_its_seller_pauses_resumes_cancels_or_withdraws_a_ticket()
    {
        var (seller, other) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync();
        foreach (var (method, path) in new[] { (HttpMethod.Post, "/pause"), (HttpMethod.Post, "/resume"), (HttpMethod.Post, "/cancel"), (HttpMethod.Delete, "") })
        {
            (await Shop.Anyone.SendAsync(method, $"/api/tickets/{ticket.Id}{path}", null)).IsProblem(Unauthorized);
            (await other.SendAsync(method, $"/api/tickets/{ticket.Id}{path}", null)).IsProblem(Forbidden);
            (await seller.SendAsync(method, $"/api/tickets/{Guid.NewGuid()}{path}", null)).IsProblem(NotFound);
        }
        Assert.Equal(ticket, await other.TicketAsync(ticket.Id));
    }

    /// <summary>
    /// Waits until an order is refused. Orders may not have heard of it, or only another of its instances; then Tickets rejects the order.
    /// </summary>
    private static async Task IsNotOnSaleAsync(Caller buyer, Ticket ticket, string why)
    {
        Answer? answer = null;
        await Testing.Eventually.IsAsync(
            async () => (answer = await buyer.PostAsync("/api/orders", new { ticketId = ticket.Id })).Status == Conflict,
            () => $"the order is not refused: {answer?.Body}");
        Assert.Equal(why, answer!.IsProblem(Conflict).GetProperty("detail").GetString());
        foreach (var order in await OrdersAsync(buyer))
        {
            if (order.Status == Order.Created)
                await buyer.WaitForStatusAsync(order.Id, Order.Cancelled);
        }
    }

    private async Task<IEnumerable<string>> ListedAsync(string path) =>
        (await PagesAsync<Ticket>(Shop.Anyone, path)).SelectMany(page => page).Select(ticket => ticket.Id);
}
