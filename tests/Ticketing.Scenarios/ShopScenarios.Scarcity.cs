using Ticketing.Contracts;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// More buyers than seats.
public abstract partial class ShopScenarios
{
    private const int CrowdBuyers = 200, CrowdSeats = 50;

    [Fact]
    public async Task An_order_for_more_than_is_left_is_refused()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 2);
        await buyer.ReserveAsync(ticket);

        await SeatsBecomeAsync(ticket, 1);
        Answer? refused = null;
        await Testing.Eventually.IsAsync(async () => (refused = await OrderTwoAsync()).Status == Conflict, () => "never refused");
        refused!.IsProblem(Conflict);

        // Where an instance of Orders has not heard of the reservation yet, it accepts, and Tickets has the last word.
        async Task<Answer> OrderTwoAsync()
        {
            var answer = await buyer.PostAsync("/api/orders", new { ticketId = ticket.Id, quantity = 2 });
            if (answer.Status == Created)
                await buyer.WaitForAsync(answer.Read<Order>(Created).Id, order => order.Reason == Reasons.SoldOut);
            return answer;
        }
    }

    [Fact]
    public async Task An_order_that_Tickets_would_accept_is_not_refused_because_of_an_older_copy()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(maxPerBuyer: 100);
        for (var seats = 2; seats <= 30; seats++)
        {
            await buyer.ReserveAsync(ticket);
            (await seller.PutAsync($"/api/tickets/{ticket.Id}", new { quantity = seats })).Is(OK);
        }
        await buyer.ReserveAsync(ticket);
    }

    [Fact]
    public Task Two_hundred_buyers_at_once_share_fifty_seats() => CrowdAsync();

    [Fact]
    public async Task Of_two_hundred_orders_that_nobody_pays_all_seats_are_free_again_after_the_hold()
    {
        var (ticket, orders) = await CrowdAsync();

        await SeatsBecomeAsync(ticket, CrowdSeats);
        await Shop.SettleAsync();
        var told = (await Shop.Topics.ReadAsync(Topics.Tickets)).Where(record => record.Key == ticket.Id).DistinctBy(record => record.CloudEventId).ToList();
        var held = told.Where(record => record.Type == "ticket.updated").Select(record => record.Number("held")).ToList();
        Assert.All(held, seats => Assert.InRange(seats, 0, CrowdSeats));
        var events = (await Shop.Topics.ReadAsync(Topics.Orders)).Where(record => record.Text("ticketId") == ticket.Id)
            .DistinctBy(record => record.CloudEventId).ToList();
        Assert.InRange(events.Count(record => record.Type == "order.pending"), 1, told.Count(record => record.Type == "ticket.reserved"));
        // Those that were refused share the orders of a few.
        Assert.InRange(events.Where(record => record.Type == "order.cancelled").DistinctBy(record => record.Key).Count(), orders, CrowdBuyers);
    }

    /// <summary>Many want few seats at once.</summary>
    /// <returns>The ticket, and how many orders were placed.</returns>
    private Task<(Ticket Ticket, int Orders)> CrowdAsync() => Shop.OnceAsync(async () =>
    {
        var ticket = await (await Shop.SellerAsync()).ListTicketAsync(quantity: CrowdSeats);
        var buyers = await Task.WhenAll(Enumerable.Range(0, CrowdBuyers).Select(_ => Shop.SignUpAsync()));
        using var end = new CancellationTokenSource();
        var fewest = FewestAvailableAsync(ticket, end.Token);

        var answers = await Task.WhenAll(buyers.Select(buyer => buyer.PostAsync("/api/orders", new { ticketId = ticket.Id })));
        Assert.All(answers, answer => Assert.Contains(answer.Status, (System.Net.HttpStatusCode[])[Created, Conflict]));
        var orders = await Task.WhenAll(buyers.Zip(answers).Where(pair => pair.Second.Status == Created)
            .Select(pair => pair.First.WaitForAsync(pair.Second.Read<Order>(Created).Id, order => order.Status != Order.Created)));
        await end.CancelAsync();

        // On a slow machine, holds end while others still wait for an answer, who then get these seats.
        Assert.All(orders, order => Assert.True(
            order.Status == Order.PendingPayment || order is { Status: Order.Cancelled, Reason: Reasons.SoldOut or Reasons.Expired }, $"{order}"));
        Assert.InRange(orders.Count(order => order.Reason != Reasons.SoldOut), CrowdSeats, orders.Length);
        Assert.Equal(0, await fewest);
        return (ticket, orders.Length);
    });

    private async Task<int> FewestAvailableAsync(Ticket ticket, CancellationToken end)
    {
        var fewest = ticket.Available;
        while (!end.IsCancellationRequested)
            fewest = Math.Min(fewest, (await Shop.Anyone.TicketAsync(ticket.Id)).Available);
        return fewest;
    }
}
