using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ticketing.GeneratedClient.Accounts;
using Ticketing.GeneratedClient.Orders;
using Ticketing.GeneratedClient.Payments;
using Ticketing.GeneratedClient.Tickets;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Contract;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;

namespace Ticketing.EndToEnd.Tests;

/// <summary>The services and their OpenAPI documents say the same.</summary>
public sealed class ContractTests(ContractTests.WholeShop running) : IClassFixture<ContractTests.WholeShop>
{
    [Fact]
    public Task Whatever_is_sent_the_answer_is_as_described() => CheckAsync(running.Shop);

    [Fact]
    public async Task Whatever_an_operator_sends_the_answer_is_as_described()
    {
        var shop = running.Shop;
        var email = Shop.NewEmail();
        await shop.SignUpAsync(email);
        (await running.Operator.PutAsync("/api/users/roles", new { email, roles = new[] { "operator" } })).Is(HttpStatusCode.OK);
        var operating = shop.As((await shop.Anyone.PostAsync("/api/users/signin", new { email, password = Shop.Password })).Read<Session>());
        await shop.Topics.ProduceAsync(Contracts.Topics.Orders, ("poison", new { type = 7 }));
        JsonElement[] letters = [];
        await Eventually.IsAsync(
            async () => (letters = (await operating.GetAsync(new Uri(shop.Endpoints.Tickets, "/dead-letters"))).Read<JsonElement[]>()).Length > 0, () => "there is no dead letter");

        await CheckAsync(shop, (operating, letters[0].GetProperty("id").GetString()!));
    }

    private static async Task CheckAsync(Shop shop, (Caller By, string DeadLetter)? operating = null)
    {
        var requests = Number("TICKETING_CONTRACT_REQUESTS") ?? 40;
        var seed = Number("TICKETING_CONTRACT_SEED") ?? Random.Shared.Next();

        var started = Stopwatch.GetTimestamp();
        var answers = await ContractCheck.RunAsync(shop, requests, seed, operating);

        Assert.NotEmpty(answers);
        TestContext.Current.SendDiagnosticMessage("seed {0}, {1} requests to each call in {2}", seed, requests, Stopwatch.GetElapsedTime(started));
        foreach (var (call, statuses) in answers.OrderBy(call => call.Key, StringComparer.Ordinal))
            TestContext.Current.SendDiagnosticMessage("{0}: {1}", call, statuses);
    }

    /// <summary>TICKETING_OPENAPI=write makes them so.</summary>
    [Theory]
    [InlineData("accounts")]
    [InlineData("tickets")]
    [InlineData("orders")]
    [InlineData("payments")]
    [InlineData("notifications")]
    [InlineData("activity")]
    [InlineData("insights")]
    public async Task The_documents_in_the_repository_are_those_of_the_services(string service)
    {
        var file = SourceTree.PathOf("docs", "openapi", $"{service}.json");
        var served = (await running.Shop.Anyone.GetAsync(new Uri(running.Shop.Endpoints.InstancesOf(service)[0], "/openapi/v1.json"))).Body;
        if (Environment.GetEnvironmentVariable("TICKETING_OPENAPI") == "write")
            await File.WriteAllTextAsync(file, $"{served.ReplaceLineEndings("\n")}\n");

        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(served), JsonNode.Parse(await File.ReadAllTextAsync(file))),
            $"{file} is not what {service} says of itself. Run this test with TICKETING_OPENAPI=write, and look at what changes.");
    }

    [Fact]
    public async Task A_client_that_is_generated_from_the_documents_runs_the_life_of_an_order()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = running.Shop.Endpoints.Accounts };
        var accounts = new AccountsClient(http);
        var session = await accounts.SignUpAsync(new() { Email = Shop.NewEmail(), Password = Shop.Password });
        using var toTickets = ClientOf(running.Shop.Endpoints.Tickets, session);
        using var toOrders = ClientOf(running.Shop.Endpoints.Orders, session);
        using var toPayments = ClientOf(running.Shop.Endpoints.Payments, session);
        var (tickets, orders, payments) = (new TicketsClient(toTickets), new OrdersClient(toOrders), new PaymentsClient(toPayments));

        var ticket = await tickets.CreateTicketAsync(new() { Title = "Concert", Price = 25.5m, Quantity = 3, Venue = "Town hall" });
        Assert.Equal(("Concert", 25.5m, "USD", 3, SaleState.On_sale, session.Id), (ticket.Title, ticket.Price, ticket.Currency, ticket.Available, ticket.State, ticket.UserId));
        Assert.Equal([ticket.Id], (await tickets.ListOwnTicketsAsync()).Select(own => own.Id));

        var placed = await orders.PlaceOrderAsync(new() { TicketId = ticket.Id, Quantity = 2 });
        Assert.Equal((51m, OrderStatus.Created), (placed.Price, placed.Status));
        var payment = await payments.PayOrderAsync(new() { OrderId = placed.Id, PaymentMethod = "pm_card_visa" });
        Assert.Equal((PaymentStatus.Succeeded, 51m), (payment.Status, payment.Amount));
        var order = placed;
        while (order.Status is OrderStatus.Created or OrderStatus.Pending_payment)
            order = await orders.GetOrderAsync(order.Id, wait: 10);
        Assert.Equal((OrderStatus.Completed, "Concert"), (order.Status, Assert.Single(order.Lines).Title));
        Assert.Equal(payment.PaymentId, (await payments.GetPaymentAsync(order.Id)).PaymentId);

        var kept = await orders.KeepSeatsAsync(order.Id, new() { Lines = [new() { TicketId = ticket.Id, Quantity = 1 }] });
        Assert.Equal(25.5m, kept.Refund);
        Assert.Equal(OrderStatus.Cancelled, (await orders.CancelOrderAsync(order.Id)).Status);
        var refused = await Assert.ThrowsAsync<GeneratedClient.Orders.ApiException<GeneratedClient.Orders.HttpValidationProblemDetails>>(
            () => orders.PlaceOrderAsync(new() { TicketId = ticket.Id, Quantity = 0 }));
        Assert.Equal(["quantity must be a whole number from 1 to 10,000."], refused.Result.Errors!["quantity"]);
    }

    private static HttpClient ClientOf(Uri service, SessionResponse session) => new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = service,
        DefaultRequestHeaders = { Authorization = new("Bearer", session.AccessToken) },
    };

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>All services, and somebody whom Accounts takes for an operator.</summary>
    public sealed class WholeShop : IAsyncLifetime
    {
        private ShopProcesses _services = null!;

        internal Shop Shop => _services.Shop;

        internal Caller Operator { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            // The documents are those of a developer's machine, where there is no HTTPS.
            _services = await ShopProcesses.StartAsync([.. ShopProcesses.Others, "Insights"], ("ASPNETCORE_ENVIRONMENT", "Development"));
            Operator = await Shop.SignUpAsync();
            await _services.RestartAsync("Accounts", ("Operators__UserIds__0", Operator.Id));
        }

        public ValueTask DisposeAsync() => _services.DisposeAsync();
    }
}
