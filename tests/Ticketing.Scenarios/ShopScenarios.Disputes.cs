using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Testing;

namespace Ticketing.Scenarios;

// Payments that a bank has questions about. What Payments would publish is produced by hand, so that it comes at once.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task A_disputed_order_is_marked_and_its_seller_blocks_its_tickets_until_it_wants_otherwise()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(price: 12.5m, quantity: 9);
        var (disputed, other) = (await buyer.BuyAsync(ticket, 2), await buyer.BuyAsync(ticket));
        await Shop.SettleAsync();
        var (before, path) = (await seller.TicketAsync(ticket.Id), $"/api/tickets/{ticket.Id}/orders/{disputed.Id}");
        (await seller.PostAsync($"{path}/block", null)).IsProblem(Conflict);

        await Shop.DisputeAsync(buyer, disputed);

        var marked = await buyer.WaitForAsync(disputed, order => order.Dispute is not null);
        Assert.Equal(disputed with { Dispute = "disputed", Version = disputed.Version + 1 }, marked);
        await SeatsAreAsync("disputed");
        await MayNotBlockAsync();
        var blocked = (await seller.PostAsync($"{path}/block", null)).Read<TicketOrder>();
        Assert.Equal(new(disputed.Id, 2, "USD", "sold", false, buyer.Id, 12.5m, 25, "disputed", true), blocked);
        Assert.Equal(blocked, (await seller.PostAsync($"{path}/block", null)).Read<TicketOrder>());
        Assert.Equal(blocked, (await TicketOrdersAsync(seller, ticket)).Single(order => order.OrderId == disputed.Id));
        Assert.Contains($"{disputed.Id},{buyer.Id},2,12.5,25,USD,sold,false,disputed,true\r\n", (await seller.GetAsync($"/api/tickets/{ticket.Id}/orders.csv")).Body, StringComparison.Ordinal);
        Assert.Equal(blocked, (await buyer.GetAsync(path)).Read<TicketOrder>());

        await Shop.DisputeAsync(buyer, disputed, "dispute_won", version: 4);
        await SeatsAreAsync("dispute_won");
        Assert.True((await buyer.GetAsync(path)).Read<TicketOrder>().Blocked);
        Assert.Equal(blocked with { Dispute = "dispute_won", Blocked = false }, (await seller.PostAsync($"{path}/unblock", null)).Read<TicketOrder>());
        // No seat and no money has moved, and nobody else has heard anything.
        Assert.Equal(before, await seller.TicketAsync(ticket.Id));
        Assert.Equal(marked with { Dispute = "dispute_won", Version = marked.Version + 1 }, await buyer.OrderAsync(disputed.Id));
        Assert.Equal("succeeded", (await buyer.PaymentAsync(disputed)).Status);

        Task SeatsAreAsync(string dispute) => Eventually.IsAsync(
            async () => (await seller.GetAsync(path)).Read<TicketOrder>().Dispute == dispute, () => $"the seats are not {dispute}");

        async Task MayNotBlockAsync()
        {
            var stranger = await Shop.SignUpAsync();
            foreach (var call in (string[])["block", "unblock"])
            {
                (await buyer.PostAsync($"{path}/{call}", null)).IsProblem(Forbidden);
                (await Shop.Anyone.PostAsync($"{path}/{call}", null)).IsProblem(Unauthorized);
                (await seller.PostAsync($"{path}/{call}", null, ("If-Match", "\"1\""))).IsProblem(PreconditionFailed);
                (await seller.PostAsync($"/api/tickets/{ticket.Id}/orders/{other.Id}/{call}", null)).IsProblem(Conflict);
                (await seller.PostAsync($"/api/tickets/{ticket.Id}/orders/{Guid.NewGuid()}/{call}", null)).IsProblem(NotFound);
                (await seller.PostAsync($"/api/tickets/{Guid.NewGuid()}/orders/{disputed.Id}/{call}", null)).IsProblem(NotFound);
            }
            (await stranger.GetAsync(path)).IsProblem(NotFound);
            (await Shop.Anyone.GetAsync(path)).IsProblem(Unauthorized);
            (await seller.GetAsync($"/api/tickets/{ticket.Id}/orders/{Guid.NewGuid()}")).IsProblem(NotFound);
            (await seller.GetAsync($"/api/tickets/{Guid.NewGuid()}/orders/{disputed.Id}")).IsProblem(NotFound);
            Assert.False((await buyer.GetAsync(path)).Read<TicketOrder>().Blocked);
        }
    }

    [Fact]
    public async Task A_dead_order_is_marked_too_and_stays_dead()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.BuyAsync(await seller.ListTicketAsync(price: 5));
        await buyer.CancelAsync(order);
        await IsRefundedAsync(buyer, order, "refunded", 5);

        await Shop.DisputeAsync(buyer, order, "dispute_lost", version: 4);

        var dead = await buyer.OrderAsync(order.Id);
        await Eventually.IsAsync(async () => (dead = await buyer.OrderAsync(order.Id)).Dispute == "dispute_lost", () => $"{dead} is not disputed");
        Assert.Equal((Order.Cancelled, Reasons.CancelledByUser), (dead.Status, dead.Reason));
    }

    [Fact]
    public async Task A_payment_that_waits_for_its_buyer_leaves_the_order_to_its_hold()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync(price: 5));
        await Shop.Topics.ProduceAsync(Topics.Payments, (order.Id, new
        {
            type = "payment.requires_action",
            id = "p",
            orderId = order.Id,
            userId = buyer.Id,
            amount = 5,
            currency = "USD",
            version = 1,
        }));
        await Shop.SettleAsync();

        Assert.Equal(order, await buyer.OrderAsync(order.Id));
        Assert.Equal("succeeded", (await buyer.PayAsync(order)).Status);
        await buyer.WaitForAsync(order, paid => paid.Status == Order.Completed);
    }
}
