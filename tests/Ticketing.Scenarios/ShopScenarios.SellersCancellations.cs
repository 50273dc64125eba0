using Ticketing.Contracts;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// Sellers who take seats back, and what they see of the orders of their tickets.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task A_cancelled_ticket_ends_every_order_and_refunds_it()
    {
        var (seller, buyer) = await PeopleAsync();
        var (ticket, other) = (await seller.ListTicketAsync(price: 10, quantity: 9), await seller.ListTicketAsync(price: 5, quantity: 9));
        var (paid, partly, held) = (await buyer.BuyAsync(ticket, 2), await buyer.BuyAsync(ticket, 2), await buyer.ReserveAsync(ticket));
        var both = await buyer.BuyAsync([ticket, other]);
        await buyer.KeepAsync(partly, ticket, 1);
        await Shop.SettleAsync();
        var path = $"/api/tickets/{ticket.Id}";
        (await seller.PostAsync($"{path}/cancel", null, ("If-Match", "\"1\""))).IsProblem(PreconditionFailed);

        var cancelled = (await seller.PostAsync($"{path}/cancel", null)).Read<Ticket>();

        Assert.Equal(Ticket.Cancelled, cancelled.State);
        foreach (var order in (Order[])[paid, partly, held])
            Assert.Equal(Reasons.SellerCancelled, (await buyer.WaitForStatusAsync(order.Id, Order.Cancelled)).Reason);
        // The seats of other tickets are kept.
        var kept = await buyer.WaitForAsync(both.Id, order => order.Refund == 10);
        Assert.Equal((Order.Completed, 1, 0), (kept.Status, kept.Lines[0].Cancelled, kept.Lines[1].Cancelled));
        await SeatsBecomeAsync(ticket, 9);
        await SeatsBecomeAsync(other, 8);
        await IsRefundedAsync(buyer, paid, "refunded", 20);
        await IsRefundedAsync(buyer, partly, "refunded", 20);
        await IsRefundedAsync(buyer, both, "partially_refunded", 10);
        Assert.Empty(await TicketOrdersAsync(seller, ticket));

        await IsNotOnSaleAsync(buyer, ticket, $"Ticket {ticket.Id} is not on sale: its seller has cancelled it.");
        Assert.DoesNotContain(ticket.Id, await ListedAsync("/api/tickets?limit=200"));
        (await seller.PutAsync(path, new { title = "Gig" })).IsProblem(Conflict);
        (await seller.PostAsync($"{path}/resume", null)).IsProblem(Conflict);
        Assert.Equal(Ticket.Cancelled, (await seller.PostAsync($"{path}/cancel", null)).Read<Ticket>().State);
    }

    [Fact]
    public async Task A_ticket_of_many_orders_is_cancelled_after_it_was_withdrawn()
    {
        // More than are told at once.
        const int Orders = 150;
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(price: 0, quantity: Orders, maxPerBuyer: Orders);
        var orders = await Task.WhenAll(Enumerable.Range(0, Orders).Select(_ => buyer.OrderAsync(ticket)));
        await SeatsBecomeAsync(ticket, 0);
        await Shop.SettleAsync();
        (await seller.DeleteAsync($"/api/tickets/{ticket.Id}")).Is(OK);

        (await seller.PostAsync($"/api/tickets/{ticket.Id}/cancel", null)).Is(OK);

        await SeatsBecomeAsync(ticket, Orders);
        Assert.All(
            await Task.WhenAll(orders.Select(order => buyer.OrderAsync(order.Id))),
            order => Assert.Equal((Order.Cancelled, Reasons.SellerCancelled), (order.Status, order.Reason)));
    }

    [Fact]
    public async Task A_seller_refunds_one_order_even_when_its_buyer_could_not_give_it_back()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = (await seller.PostAsync("/api/tickets", new { title = "Opera", price = 5, quantity = 9, refundableUntil = "2025-01-01T00:00:00Z" })).Read<Ticket>(Created);
        var (one, another) = (await buyer.BuyAsync(ticket), await buyer.BuyAsync(ticket));
        await Shop.SettleAsync();
        var path = $"/api/tickets/{ticket.Id}/orders/{one.Id}/refund";

        (await buyer.PostAsync(path, null)).IsProblem(Forbidden);
        (await Shop.Anyone.PostAsync(path, null)).IsProblem(Unauthorized);
        (await seller.PostAsync($"/api/tickets/{ticket.Id}/orders/{Guid.NewGuid()}/refund", null)).IsProblem(NotFound);
        (await seller.PostAsync($"/api/tickets/{Guid.NewGuid()}/orders/{one.Id}/refund", null)).IsProblem(NotFound);
        var refunding = (await seller.PostAsync(path, null)).Read<TicketOrder>(Accepted);

        Assert.Equal(new(one.Id, 1, "USD", "sold", true, buyer.Id, 5, 5), refunding);
        Assert.Equal(Reasons.SellerCancelled, (await buyer.WaitForStatusAsync(one.Id, Order.Cancelled)).Reason);
        await IsRefundedAsync(buyer, one, "refunded", 5);
        await SeatsBecomeAsync(ticket, 8);
        Assert.Equal(another, await buyer.OrderAsync(another.Id));
    }

    [Fact]
    public async Task A_seller_sees_the_orders_of_its_tickets_also_as_CSV_and_nobody_else_does()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(price: 12.5m, quantity: 9);
        var (sold, held) = (await buyer.BuyAsync(ticket, 2), await buyer.ReserveAsync(ticket));
        await Shop.SettleAsync();
        TicketOrder[] expected =
        [
            .. new TicketOrder[] { new(sold.Id, 2, "USD", "sold", false, buyer.Id, 12.5m, 25), new(held.Id, 1, "USD", "held", false, buyer.Id, 12.5m, 12.5m) }
                .OrderBy(order => order.OrderId, StringComparer.Ordinal),
        ];

        var pages = await PagesAsync<TicketOrder>(seller, $"/api/tickets/{ticket.Id}/orders?limit=1");
        var csv = await seller.GetAsync($"/api/tickets/{ticket.Id}/orders.csv");

        Assert.Equal(expected, pages.SelectMany(page => page));
        Assert.Equal(
            ["orderId,userId,quantity,unitPrice,total,currency,status,refunding,dispute,blocked",
             .. expected.Select(order => FormattableString.Invariant($"{order.OrderId},{buyer.Id},{order.Quantity},12.5,{order.Total},USD,{order.Status},false,,false")), ""],
            csv.Body.Split("\r\n"));
        Assert.Equal("text/csv", csv.ContentType);
        foreach (var path in (string[])["orders", "orders.csv"])
        {
            (await buyer.GetAsync($"/api/tickets/{ticket.Id}/{path}")).IsProblem(Forbidden);
            (await Shop.Anyone.GetAsync($"/api/tickets/{ticket.Id}/{path}")).IsProblem(Unauthorized);
            (await seller.GetAsync($"/api/tickets/{Guid.NewGuid()}/{path}")).IsProblem(NotFound);
        }
        (await seller.GetAsync($"/api/tickets/{ticket.Id}/orders?limit=0")).IsInvalid("limit");
    }

    private static async Task<IEnumerable<TicketOrder>> TicketOrdersAsync(Caller seller, Ticket ticket) =>
        (await PagesAsync<TicketOrder>(seller, $"/api/tickets/{ticket.Id}/orders?limit=200")).SelectMany(page => page);
}
