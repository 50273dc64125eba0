using System.Diagnostics;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

/// <summary>What a running shop does besides with HTTP's finer rules, for which it makes no difference where events and documents are.</summary>
// If-Match and If-None-Match (RFC 9110, section 13).
public abstract partial class HttpScenarios : ShopScenarios
{
    [Fact]
    public async Task What_the_caller_knows_already_is_not_sent_again()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.BuyAsync(await seller.ListTicketAsync(quantity: 2));
        foreach (var path in (string[])[$"/api/tickets/{order.TicketId}", $"/api/orders/{order.Id}", $"/api/payments/{order.Id}"])
        {
            // The seats are sold a moment after they are paid.
            await Shop.SettleAsync();
            var etag = (await buyer.GetAsync(path)).Is(OK).ETag!;
            Assert.Matches("^\"[0-9]+\"$", etag);
            foreach (var known in (string[])[etag, $"W/{etag}", $"\"x\", W/\"0\", {etag}", "*"])
            {
                var same = (await buyer.GetAsync(path, ("If-None-Match", known))).Is(NotModified);
                Assert.Equal((etag, "", null), (same.ETag, same.Body, same.ContentType));
                // If-Match is looked at first.
                (await buyer.GetAsync(path, ("If-None-Match", known), ("If-Match", "\"0\""))).IsProblem(PreconditionFailed);
            }
            (await buyer.GetAsync(path, ("If-None-Match", "\"0\", \"x\""))).Is(OK);
            (await buyer.GetAsync(path, ("If-Match", etag), ("If-None-Match", "\"0\""))).Is(OK);
            (await buyer.GetAsync(path, ("If-Match", $"W/{etag}"))).IsProblem(PreconditionFailed);
            (await buyer.GetAsync($"{path}0", ("If-None-Match", "*"))).IsProblem(NotFound);
        }
    }

    [Fact]
    public async Task A_change_needs_the_present_version_if_it_names_any()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 5);
        var order = await buyer.BuyAsync(ticket, 2);
        await Shop.SettleAsync();
        var seats = new { lines = new[] { new { ticketId = ticket.Id, quantity = 1 } } };
        foreach (var (caller, method, path, change, body) in ((Caller, string, string, string, object?)[])
        [
            (buyer, "PATCH", $"/api/orders/{order.Id}", "", seats), (buyer, "DELETE", $"/api/orders/{order.Id}", "", null),
            (seller, "PUT", $"/api/tickets/{ticket.Id}", "", new { title = "Gig" }), (seller, "POST", $"/api/tickets/{ticket.Id}", "/pause", null),
            (seller, "POST", $"/api/tickets/{ticket.Id}", "/resume", null), (seller, "DELETE", $"/api/tickets/{ticket.Id}", "", null),
            (seller, "POST", $"/api/tickets/{ticket.Id}", "/cancel", null),
        ])
        {
            // What buyers give back reaches the ticket a moment later.
            await Shop.SettleAsync();
            var etag = (await caller.GetAsync(path)).Is(OK).ETag!;
            foreach (var wrong in (string[])["\"0\"", $"W/{etag}", "\"x\", \"y\""])
                (await caller.SendAsync(new(method), path + change, body, ("If-Match", wrong))).IsProblem(PreconditionFailed);
            foreach (var known in (string[])["*", $"W/{etag}", $"\"x\", {etag}"])
                (await caller.SendAsync(new(method), path + change, body, ("If-None-Match", known))).IsProblem(PreconditionFailed);
            Assert.Equal(etag, (await caller.GetAsync(path)).ETag);

            var changed = (await caller.SendAsync(new(method), path + change, body, ("If-Match", $"\"x\", {etag}"), ("If-None-Match", "\"0\""))).Is(OK);

            Assert.NotEqual(etag, changed.ETag);
            (await caller.SendAsync(new(method), path + change, body, ("If-Match", etag))).IsProblem(PreconditionFailed);
        }
    }

    [Fact]
    public async Task A_seller_who_saw_another_version_takes_no_seats_back()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 2);
        var order = await buyer.BuyAsync(ticket);
        await Shop.SettleAsync();
        var refund = $"/api/tickets/{ticket.Id}/orders/{order.Id}/refund";

        (await seller.PostAsync(refund, null, ("If-Match", "\"1\""))).IsProblem(PreconditionFailed);

        (await seller.PostAsync(refund, null, ("If-Match", (await seller.GetAsync($"/api/tickets/{ticket.Id}")).ETag!))).Is(Accepted);
        Assert.Equal(Order.Cancelled, (await buyer.WaitForStatusAsync(order.Id, Order.Cancelled)).Status);
    }

    [Fact]
    public async Task A_precondition_is_looked_at_after_who_calls_and_before_what_is_there()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync();
        (await seller.DeleteAsync($"/api/tickets/{ticket.Id}")).Is(OK);
        var (path, stale) = ($"/api/tickets/{ticket.Id}", ("If-Match", "\"1\""));

        (await Shop.Anyone.PutAsync(path, new { price = 1 }, stale)).IsProblem(Unauthorized);
        (await buyer.PutAsync(path, new { price = 1 }, stale)).IsProblem(Forbidden);
        (await seller.PutAsync($"{path}0", new { price = 1 }, stale)).IsProblem(NotFound);
        (await seller.PutAsync(path, new { price = -1 }, stale)).IsInvalid("price");
        (await seller.PutAsync(path, new { price = 1 }, stale)).IsProblem(PreconditionFailed);
        (await seller.PutAsync(path, new { price = 1 }, ("If-Match", "*"))).IsProblem(Conflict);
    }

    [Theory]
    [InlineData("3")]
    [InlineData("\"3")]
    [InlineData("\"3\" \"4\"")]
    [InlineData("\"3\", *")]
    [InlineData("new")]
    public async Task A_malformed_precondition_is_refused_by_its_name(string tags)
    {
        var seller = await Shop.SellerAsync();
        foreach (var path in (string[])["/api/tickets/x", "/api/orders/x", "/api/payments/x"])
        {
            (await seller.GetAsync(path, ("If-Match", tags))).IsInvalid("If-Match");
            (await seller.GetAsync(path, ("If-None-Match", tags))).IsInvalid("If-None-Match");
        }
        (await seller.PutAsync("/api/tickets/x", new { price = 1 }, ("If-Match", tags), ("If-None-Match", tags))).IsInvalid("If-Match", "If-None-Match");
        (await seller.DeleteAsync("/api/orders/x", ("If-Match", tags))).IsInvalid("If-Match");
    }

    [Fact]
    public async Task Every_state_of_a_payment_has_an_etag_of_its_own()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 3);
        var order = await buyer.ReserveAsync(ticket, 2);
        var seen = new Dictionary<string, string>();
        var declined = await buyer.PostAsync("/api/payments", new { orderId = order.Id, paymentMethod = "pm_card_chargeDeclined" });
        seen[declined.ETag!] = declined.Is(Created).Body;
        var paid = await buyer.PostAsync("/api/payments", new { orderId = order.Id, paymentMethod = "pm_card_visa" });
        seen.Add(paid.ETag!, paid.Is(Created).Body);
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);

        foreach (var (kept, refunded) in new[] { (1, 299), (0, 598) })
        {
            await buyer.KeepAsync(order, ticket, kept);
            await Testing.Eventually.IsAsync(
                async () =>
                {
                    var answer = (await buyer.GetAsync($"/api/payments/{order.Id}")).Is(OK);
                    Assert.Equal(answer.Body, seen[answer.ETag!] = seen.GetValueOrDefault(answer.ETag!, answer.Body));
                    return answer.Read<Payment>() is { Status: "partially_refunded" or "refunded" } payment && payment.Refunded == refunded;
                },
                () => "no refund");
        }
        Assert.Equal(seen.Count, seen.Values.Distinct().Count());
        Assert.True(seen.Count >= 4, $"{seen.Count} states were seen.");
    }

    [Theory]
    [InlineData("\"{0}\"")]
    [InlineData("W/\"{0}\"")]
    [InlineData("\"1\", W/\"{0}\", \"x\"")]
    [InlineData("*")]
    public async Task A_wait_for_news_ends_with_304_if_there_is_none(string known)
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.BuyAsync(await seller.ListTicketAsync());
        var tags = ("If-None-Match", string.Format(System.Globalization.CultureInfo.InvariantCulture, known, order.Version));

        var started = Stopwatch.GetTimestamp();
        var same = (await buyer.GetAsync($"/api/orders/{order.Id}?wait=1", tags)).Is(NotModified);

        Assert.Equal(($"\"{order.Version}\"", ""), (same.ETag, same.Body));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(0.98), TimeSpan.FromSeconds(5));
        var waiting = buyer.GetAsync($"/api/orders/{order.Id}?wait=30", tags);
        await buyer.OrderAsync(order.Id);
        Assert.False(waiting.IsCompleted);
        started = Stopwatch.GetTimestamp();
        await buyer.CancelAsync(order);
        Assert.Equal(Order.Cancelled, (await waiting).Read<Order>().Status);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_wait_with_a_tag_of_nothing_that_was_ever_there_is_a_wait_without_one()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.BuyAsync(await seller.ListTicketAsync());
        foreach (var unknown in (string[])["\"x\"", "\"99\"", "\"-1\", W/\"0\""])
        {
            var started = Stopwatch.GetTimestamp();
            Assert.Equal(order, (await buyer.GetAsync($"/api/orders/{order.Id}?wait=1", ("If-None-Match", unknown))).Read<Order>());
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(0.98), TimeSpan.FromSeconds(5));
        }
    }

    [Fact]
    public async Task A_wait_for_what_follows_the_end_of_an_order_does_not_end_at_once()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.CancelAsync(await buyer.ReserveAsync(await seller.ListTicketAsync()));

        var started = Stopwatch.GetTimestamp();
        (await buyer.GetAsync($"/api/orders/{order.Id}?wait=1", ("If-None-Match", $"\"{order.Version}\""))).Is(NotModified);

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(0.98), TimeSpan.FromSeconds(5));
        Assert.Equal(order, (await buyer.GetAsync($"/api/orders/{order.Id}?wait=30", ("If-None-Match", "\"1\""))).Read<Order>());
    }
}
