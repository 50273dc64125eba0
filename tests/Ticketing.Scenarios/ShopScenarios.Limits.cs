using Ticketing.Contracts;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// How many seats one buyer gets.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task A_buyer_who_calls_many_times_at_once_gets_no_more_than_the_limit()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 100, maxPerBuyer: 3);
        Assert.Equal(3, ticket.MaxPerBuyer);

        var placed = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => buyer.OrderAsync(ticket)));
        var orders = await Task.WhenAll(placed.Select(order => buyer.WaitForAsync(order, known => known.Status != Order.Created)));

        var held = orders.Where(order => order.Status == Order.PendingPayment).ToList();
        Assert.Equal(3, held.Count);
        // On a busy machine the hold of one may end before Tickets refuses it.
        Assert.All(orders.Except(held), order => Assert.Equal(Order.Cancelled, order.Status));
        Assert.All(orders.Except(held), order => Assert.Contains(order.Reason, (string[])[Reasons.LimitPerBuyer, Reasons.Expired]));
        // What is bought counts as what is held; what was given up does not.
        await buyer.PayAsync(held[0]);
        await buyer.WaitForStatusAsync(held[0].Id, Order.Completed);
        await Shop.SettleAsync();
        Assert.Equal(Reasons.LimitPerBuyer, (await buyer.WaitForStatusAsync((await buyer.OrderAsync(ticket)).Id, Order.Cancelled)).Reason);
        await buyer.CancelAsync(held[1]);
        await Shop.SettleAsync();
        await buyer.ReserveAsync(ticket);
        await (await Shop.SignUpAsync()).ReserveAsync(ticket, 3);
    }

    [Fact]
    public async Task An_order_for_more_than_anyone_may_have_is_refused_at_once()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 100);
        Assert.Equal(10, ticket.MaxPerBuyer);

        var refused = await buyer.PostAsync("/api/orders", new { ticketId = ticket.Id, quantity = 11 });

        Assert.Equal($"A buyer may have at most 10 seats of ticket {ticket.Id}.", refused.IsProblem(Conflict).GetProperty("detail").GetString());
        await buyer.ReserveAsync(ticket, 10);
        (await seller.PutAsync($"/api/tickets/{ticket.Id}", new { maxPerBuyer = 12 })).Is(OK);
        await Shop.SettleAsync();
        await buyer.ReserveAsync(ticket, 2);
        Assert.Equal(10, (await seller.PutAsync($"/api/tickets/{ticket.Id}", new { maxPerBuyer = (int?)null })).Read<Ticket>().MaxPerBuyer);
        (await seller.PutAsync($"/api/tickets/{ticket.Id}", new { maxPerBuyer = 0 })).IsInvalid("maxPerBuyer");
        (await seller.PostAsync("/api/tickets", new { title = "Gig", price = 1, maxPerBuyer = 10_001 })).IsInvalid("maxPerBuyer");
    }
}
