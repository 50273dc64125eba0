using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// What buyers and sellers are told.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task Buyers_and_sellers_are_told_what_concerns_them_once()
    {
        var (seller, buyer) = (await Shop.SignUpAsync(), await Shop.SignUpAsync());
        Assert.Equal((0, 0), await buyer.NotificationsAsync() is var none ? (none.Unread, none.Items.Count) : default);
        var ticket = await seller.ListTicketAsync(price: 12.5m, quantity: 5, title: "Front <row>");

        var order = await buyer.ReserveAsync(ticket, 2);
        await buyer.PayAsync(order, "pm_card_chargeDeclined");
        var declined = await buyer.ToldAsync(2);
        await buyer.PayAsync(order);
        await buyer.ToldAsync(3);
        await buyer.CancelAsync(await buyer.ReserveAsync(ticket));

        var told = await buyer.ToldAsync(5);
        Assert.Equal(
            [(1, "order_received", order.Id), (2, "payment_declined", order.Id), (3, "order_approved", order.Id)],
            told.Items.Take(3).Select(item => (item.Number, item.Kind, item.OrderId!)));
        Assert.Equal(["order_received", "order_cancelled"], told.Items.Skip(3).Select(item => item.Kind));
        Assert.Equal(5, told.Unread);
        Assert.Contains("Attempts left: 4.", declined.Items[^1].Text, StringComparison.Ordinal);
        Assert.Contains($"until {order.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC", declined.Items[^1].Text, StringComparison.Ordinal);
        Assert.Equal(("Order approved", "Your order of 2 × Front <row> is approved.\nYou have paid 25 USD."), (told.Items[2].Title, told.Items[2].Text));
        var first = Assert.Single((await seller.ToldAsync(1)).Items);
        Assert.Equal((1, "ticket_first_sale", ticket.Id), (first.Number, first.Kind, first.TicketId));

        // Read again and again, nothing becomes more.
        await Shop.SettleAsync();
        Assert.Equal(5, (await buyer.NotificationsAsync()).Items.Count);
        var page = await buyer.GetAsync("/api/notifications?after=1&limit=2");
        Assert.Equal([2, 3], page.Read<NotificationPage>().Items.Select(item => item.Number));
        Assert.Equal("/api/notifications?limit=2&after=3", page.Next);
        Assert.Equal([4, 5], (await buyer.NotificationsAsync("?limit=2")).Items.Select(item => item.Number));
        (await buyer.PostAsync("/api/notifications/read", new { upTo = 3 })).Is(OK);
        Assert.Equal((2, 3), await buyer.NotificationsAsync() is var read ? (read.Unread, read.Items.Count(item => item.Read)) : default);

        (await buyer.GetAsync("/api/notifications?after=-1")).IsInvalid("after");
        (await buyer.GetAsync("/api/notifications?after=x")).IsInvalid("after");
        (await buyer.GetAsync("/api/notifications?limit=0&wait=61")).IsInvalid("limit", "wait");
        (await buyer.PostAsync("/api/notifications/read", new { })).IsInvalid("upTo");
        (await Shop.Anyone.GetAsync("/api/notifications")).IsProblem(Unauthorized);

        await using var stream = await Shop.StreamAsync(buyer, last: 3);
        Assert.Equal(("text/event-stream", "no-store", "no"), (stream.Header("Content-Type"), stream.Header("Cache-Control"), stream.Header("X-Accel-Buffering")));
        Assert.Equal((4, 5), ((await stream.NextAsync())!.Number, (await stream.NextAsync())!.Number));
        var next = stream.NextAsync();
        await buyer.OrderAsync(ticket);
        Assert.Equal((6, "order_received"), await next is { } live ? (live.Number, live.Kind) : default);
        (await buyer.GetAsync("/api/notifications/stream", ("Last-Event-ID", "x"))).IsInvalid("Last-Event-ID");
        (await buyer.SendAsync(HttpMethod.Head, "/api/notifications/stream", null)).Is(OK);
        // It ends with the session.
        (await buyer.PostAsync("/api/users/signout", null)).Is(OK);
        while (await stream.NextAsync() is not null)
        {
            // The order's end, if that came first.
        }
    }

    [Fact]
    public async Task Each_seller_is_told_once_of_a_refund_that_did_not_reach_its_buyer()
    {
        var (seller, other, buyer) = (await Shop.SignUpAsync(), await Shop.SignUpAsync(), await Shop.SignUpAsync());
        var (hall, balcony) = (await seller.ListTicketAsync(price: 10, quantity: 5, title: "Hall"), await other.ListTicketAsync(price: 2.5m, quantity: 5));
        var order = (await PlaceAsync(buyer, (hall, 2), (balcony, 1))).Read<Order>(Created);
        await FailAsync(buyer, order);
        // Its buyer sells it, too.
        var own = await seller.ReserveAsync(hall);
        await FailAsync(seller, own);

        await Shop.SettleAsync();
        const string said = "A refund for your tickets did not reach its buyer. An operator of the shop decides when it is sent again.";
        Assert.Equal(
            new[] { $"{said}\nOrder: {order.Id}.\nAmount: 22.50 USD.", $"{said}\nOrder: {own.Id}.\nWhat was ordered: 1 × Hall.\nAmount: 10 USD." }.Order(),
            await FailuresAsync(seller));
        Assert.Equal([$"{said}\nOrder: {order.Id}.\nAmount: 22.50 USD."], await FailuresAsync(other));
        Assert.Empty(await FailuresAsync(buyer));

        async Task FailAsync(Caller payer, Order paid)
        {
            Assert.Equal("succeeded", (await payer.PayAsync(paid, "pm_card_refundFail")).Status);
            await payer.WaitForStatusAsync(paid.Id, Order.Completed);
            await payer.CancelAsync(paid);
            await PaymentBecomesAsync(payer, paid, payment => payment.Status == "refund_failed");
        }

        static async Task<IEnumerable<string>> FailuresAsync(Caller caller) =>
            (await caller.NotificationsAsync("?after=0")).Items.Where(item => item.Kind == "refund_failed").Select(item => item.Text).Order();
    }

    [Fact]
    public async Task Everyone_chooses_how_to_be_told()
    {
        var (seller, buyer) = await PeopleAsync();
        Assert.Equal("""{"email":{"enabled":true},"language":"en"}""", (await buyer.GetAsync("/api/notifications/preferences")).Is(OK).Body);

        var chosen = """{"email":{"enabled":true,"kinds":["order_approved"]},"language":"de"}""";
        Assert.Equal(chosen, (await buyer.PutAsync("/api/notifications/preferences", chosen)).Is(OK).Body);
        Assert.Equal(chosen, (await buyer.GetAsync("/api/notifications/preferences")).Is(OK).Body);
        await buyer.OrderAsync(await seller.ListTicketAsync(price: 12.5m, title: "Balkon"));
        Assert.StartsWith("Wir haben Ihre Bestellung über 1 × Balkon für 12,50 USD.\n", (await buyer.ToldAsync(1)).Items[0].Text, StringComparison.Ordinal);

        (await buyer.PutAsync("/api/notifications/preferences", new { language = "fr" })).IsInvalid("email", "language");
        (await buyer.PutAsync("/api/notifications/preferences", new { email = new { }, language = "de" })).IsInvalid("email.enabled");
        (await buyer.PutAsync("/api/notifications/preferences", new { email = new { enabled = false, kinds = new[] { "x", null } }, language = "de" })).IsInvalid("email.kinds");
        (await buyer.GetAsync(new Uri(Shop.Endpoints.Notifications!, "/notification-failures"))).IsProblem(Forbidden);
    }
}
