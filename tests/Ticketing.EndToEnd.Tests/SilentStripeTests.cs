using System.Net;
using System.Text.Json;
using Stripe;
using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;

namespace Ticketing.EndToEnd.Tests;

/// <summary>A Stripe whose webhooks never come. Nobody waits for them: the shop asks.</summary>
public sealed class SilentStripeTests(SilentStripeTests.SilentShop stripe) : IClassFixture<SilentStripeTests.SilentShop>
{
    [Fact]
    public async Task A_buyer_who_confirms_has_paid()
    {
        var (buyer, order, payment) = await ReserveAsync("pm_card_authenticationRequired");
        Assert.Equal("requires_action", Text(payment, "status"));

        await stripe.AnswerBankAsync(payment, "approve");

        await buyer.WaitForStatusAsync(order.Id, Order.Completed);
        Assert.Equal("succeeded", (await buyer.PaymentAsync(order)).Status);
    }

    [Fact]
    public async Task A_buyer_who_does_not_confirm_pays_with_another_card()
    {
        var (buyer, order, payment) = await ReserveAsync("pm_card_authenticationRequired");
        await stripe.AnswerBankAsync(payment, "decline");
        await BecomesAsync(buyer, order, seen => Text(seen, "status") == "failed");
        Assert.Equal("payment_intent_authentication_failure", (await buyer.PaymentAsync(order)).Reason);

        Assert.Equal("succeeded", (await buyer.PayAsync(order)).Status);
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);
        // Nobody can confirm the first one any more.
        Assert.Equal(["canceled", "succeeded"], (await stripe.IntentsAsync(order)).Select(intent => intent.Status).Order());
    }

    [Fact]
    public async Task A_buyer_who_gives_up_is_charged_nothing()
    {
        var (buyer, order, payment) = await ReserveAsync("pm_card_authenticationRequired");
        await buyer.CancelAsync(order);

        await BecomesAsync(buyer, order, seen => Text(seen, "status") == "failed");
        // The page is still open, and too late.
        await stripe.AnswerBankAsync(payment, "approve");
        var intent = Assert.Single(await stripe.IntentsAsync(order));
        Assert.Equal(("canceled", 0), (intent.Status, intent.AmountReceived));
    }

    [Fact]
    public async Task A_refund_that_fails_is_listed_and_is_sent_again_when_an_operator_says_so()
    {
        var (buyer, order, _) = await ReserveAsync("pm_card_refundFail");
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);
        await buyer.CancelAsync(order);

        await BecomesAsync(buyer, order, seen => Text(seen, "status") == "refund_failed");
        var payment = await SilentShop.PaymentAsync(buyer, order);
        Assert.Equal((0, "expired_or_canceled_card"), (payment.GetProperty("refunded").GetDecimal(), Text(payment, "reason")));
        (await buyer.GetAsync(stripe.Failures())).Is(HttpStatusCode.Forbidden);
        var listed = (await stripe.Operator.GetAsync(stripe.Failures("?limit=200"))).Read<JsonElement>().EnumerateArray().Single(one => Text(one, "orderId") == order.Id);
        Assert.Equal((Text(payment, "paymentId"), "refund_failed"), (Text(listed, "paymentId"), Text(listed, "status")));

        (await buyer.SendAsync(HttpMethod.Post, stripe.Failures($"/{order.Id}/retry"), null)).Is(HttpStatusCode.Forbidden);
        Assert.Equal("refunding", Text((await stripe.Operator.SendAsync(HttpMethod.Post, stripe.Failures($"/{order.Id}/retry"), null)).Read<JsonElement>(HttpStatusCode.Accepted), "status"));
        // The card is as it was.
        await BecomesAsync(buyer, order, seen => Text(seen, "status") == "refund_failed" && seen.GetProperty("refunds").GetArrayLength() == 2);
        (await stripe.Operator.SendAsync(HttpMethod.Post, stripe.Failures("/none/retry"), null)).IsProblem(HttpStatusCode.NotFound);

        // Its seller is told of each once, though the second one is published again.
        (await stripe.Operator.SendAsync(HttpMethod.Post, new Uri(stripe.Shop.Endpoints.Payments, "/retell"), null)).Is(HttpStatusCode.Accepted);
        await Eventually.IsAsync(
            async () => (await stripe.Shop.Topics.ReadAsync(Topics.Payments)).Where(record => record.Key == order.Id).CountBy(record => record.Version).Any(same => same.Value > 1),
            () => "its state is not told again");
        await stripe.Shop.SettleAsync();
        var told = (await (await stripe.Shop.SellerAsync()).NotificationsAsync("?after=0&limit=200")).Items;
        Assert.Equal(2, told.Count(item => (item.Kind, item.OrderId) == ("refund_failed", order.Id)));
    }

    [Fact]
    public async Task A_refund_that_takes_its_time_is_asked_for()
    {
        var (buyer, order, _) = await ReserveAsync("pm_card_pendingRefund");
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);
        await buyer.CancelAsync(order);

        await BecomesAsync(buyer, order, seen => seen.GetProperty("refunds").EnumerateArray().Any(refund => Text(refund, "status") == "succeeded"));
        Assert.Equal("refunded", (await buyer.PaymentAsync(order)).Status);
    }

    [Fact]
    public async Task A_dispute_is_noticed_and_nothing_is_refunded_until_it_is_decided()
    {
        var (buyer, order, _) = await ReserveAsync("pm_card_createDispute");
        await BecomesAsync(buyer, order, seen => Text(seen, "dispute") == "disputed");
        await buyer.CancelAsync(order);

        var dispute = Assert.Single(await stripe.Account.V1.Disputes.ListAsync(new() { PaymentIntent = (await buyer.PaymentAsync(order)).PaymentId }, null, TestContext.Current.CancellationToken));
        await stripe.Account.V1.Disputes.CloseAsync(dispute.Id, null, null, TestContext.Current.CancellationToken);
        await BecomesAsync(buyer, order, seen => Text(seen, "dispute") == "dispute_lost");
        var payment = await SilentShop.PaymentAsync(buyer, order);
        Assert.Equal((0, 0), (payment.GetProperty("refunded").GetDecimal(), payment.GetProperty("refunds").GetArrayLength()));
        Assert.Equal((dispute.Id, "fraudulent"), (Text(payment.GetProperty("disputes")[0], "id"), Text(payment.GetProperty("disputes")[0], "reason")));
    }

    [Fact]
    public async Task What_somebody_refunds_in_the_dashboard_counts()
    {
        var (buyer, order, _) = await ReserveAsync("pm_card_visa");
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);
        var intent = (await buyer.PaymentAsync(order)).PaymentId;
        await stripe.Account.V1.Refunds.CreateAsync(new() { PaymentIntent = intent, Amount = 500 }, null, TestContext.Current.CancellationToken);
        await BecomesAsync(buyer, order, seen => seen.GetProperty("refunded").GetDecimal() == 5);

        await buyer.CancelAsync(order);
        await BecomesAsync(buyer, order, seen => Text(seen, "status") == "refunded");
        Assert.Equal([1500, 500], (await stripe.Account.V1.Refunds.ListAsync(new() { PaymentIntent = intent }, null, TestContext.Current.CancellationToken)).Select(refund => refund.Amount));
    }

    private async Task<(Caller Buyer, Order Order, JsonElement Payment)> ReserveAsync(string method)
    {
        var ticket = await (await stripe.Shop.SellerAsync()).ListTicketAsync(price: 20);
        var buyer = await stripe.Shop.SignUpAsync();
        var order = await buyer.ReserveAsync(ticket);
        return (buyer, order, (await buyer.PostAsync("/api/payments", new { orderId = order.Id, paymentMethod = method })).Read<JsonElement>(HttpStatusCode.Created));
    }

    private static async Task BecomesAsync(Caller buyer, Order order, Func<JsonElement, bool> until)
    {
        var payment = default(JsonElement);
        await Eventually.IsAsync(async () => until(payment = await SilentShop.PaymentAsync(buyer, order)), () => $"{payment}");
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>The shop and its silent Stripe.</summary>
    public sealed class SilentShop : IAsyncLifetime
    {
        private const string Key = "sk_test_simulated";

        private readonly HttpClient _people = new(new SocketsHttpHandler { AllowAutoRedirect = false });
        private ChildProcess _simulator = null!;
        private ShopProcesses _services = null!;

        internal Shop Shop => _services.Shop;

        internal StripeClient Account { get; private set; } = null!;

        internal Caller Operator { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var url = $"http://127.0.0.1:{FreePorts.Take()}";
            _simulator = ChildProcess.Start(ChildProgram.Built("StripeSimulator", "--urls", url, "--bankDelay", "00:00:00.2"));
            Account = new(Key, apiBase: url);
            await Eventually.IsAsync(() => _simulator.Output.Contains("Application started", StringComparison.Ordinal), () => _simulator.Output);
            _services = await ShopProcesses.StartAsync(
                ["Notifications"], ("Payments__Stripe__ApiKey", Key), ("Payments__Stripe__ApiBase", url), ("Payments__Stripe__ReturnUrl", "http://127.0.0.1/orders/{orderId}"),
                ("Payments__AskAfter", "00:00:00.5"), ("Payments__AskForRefundAfter", "00:00:01"), ("Payments__LookEvery", "00:00:01"));
            Operator = await Shop.SignUpAsync();
            await _services.RestartAsync("Payments", ("Operators__UserIds__0", Operator.Id));
        }

        public async ValueTask DisposeAsync()
        {
            _people.Dispose();
            await _services.DisposeAsync();
            await _simulator.DisposeAsync();
        }

        internal Uri Failures(string path = "") => new(Shop.Endpoints.Payments, $"/refund-failures{path}");

        internal static async Task<JsonElement> PaymentAsync(Caller buyer, Order order) => (await buyer.GetAsync($"/api/payments/{order.Id}")).Read<JsonElement>();

        /// <summary>An order's PaymentIntents.</summary>
        internal async Task<List<PaymentIntent>> IntentsAsync(Order order) =>
            [.. (await Account.V1.PaymentIntents.ListAsync(new() { Limit = 100 })).Where(intent => intent.Metadata["order_id"] == order.Id)];

        /// <summary>What the buyer does on the bank's page.</summary>
        internal async Task AnswerBankAsync(JsonElement payment, string decision)
        {
            using var form = new FormUrlEncodedContent([new("decision", decision)]);
            using var answer = await _people.PostAsync(payment.GetProperty("nextAction").GetProperty("url").GetString(), form);
        }
    }
}
