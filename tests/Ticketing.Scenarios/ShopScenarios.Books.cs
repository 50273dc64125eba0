using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Scenarios.Kafka;

namespace Ticketing.Scenarios;

// Whether the topics agree with each other, when all tests have run and every hold is over.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task The_books_balance_when_nothing_is_in_flight()
    {
        List<TopicRecord> orders = [];
        await Testing.Eventually.IsAsync(async () =>
        {
            await Shop.SettleAsync();
            orders = await AggregatesAsync(Topics.Orders, "order.");
            return LatestOf(orders).All(order => order.Text("status") is not "created" and not "pending_payment");
        }, () => "orders are still waiting for their payment or the end of their hold");
        // Payments asks Stripe for nothing any more.
        var stripe = await Shop.Stripe.MoneyAsync();
        await Testing.Eventually.IsAsync(async () =>
        {
            var before = stripe;
            await Shop.SettleAsync();
            stripe = await Shop.Stripe.MoneyAsync();
            return before.Count == stripe.Count && before.All(order => stripe[order.Key] == order.Value);
        }, () => "money still moves");
        var tickets = await AggregatesAsync(Topics.Tickets, "ticket.created", "ticket.updated");
        var payments = (await ShopsOwnAsync(Topics.Payments)).ToLookup(payment => payment.OrderId);

        Assert.All(tickets, ticket => Assert.InRange(ticket.Number("held") + ticket.Number("sold"), 0, ticket.Number("quantity")));
        var bought = LatestOf(orders).Where(order => order.Text("status") == "completed")
            .SelectMany(order => order.Value.GetProperty("lines").EnumerateArray())
            .ToLookup(line => line.GetProperty("ticketId").GetString()!, line => line.GetProperty("quantity").GetInt32() - (int)Optional(line, "cancelled"));
        Assert.All(LatestOf(tickets), ticket => Assert.Equal(
            (0, bought[ticket.Key].Sum()), (ticket.Number("held"), ticket.Number("sold"))));
        Assert.All(LatestOf(orders), order => AssertMoney(order, [.. payments[order.Key].DistinctBy(payment => payment.CloudEventId)], stripe.GetValueOrDefault(order.Key)));
        // Stripe has no money of orders that the shop does not have.
        Assert.Empty(stripe.Keys.Except(LatestOf(orders).Select(order => order.Key)));
        AssertVersions(tickets);
        AssertVersions(orders);
        await AssertNoDeadLettersAsync();
    }

    /// <summary>The shop's own events that carry whole states; what was published twice once.</summary>
    private async Task<List<TopicRecord>> AggregatesAsync(string topic, params string[] types) =>
        [.. (await ShopsOwnAsync(topic)).Where(record => types.Any(type => record.Type.StartsWith(type, StringComparison.Ordinal)))
            .DistinctBy(record => record.CloudEventId)];

    private static IEnumerable<TopicRecord> LatestOf(IEnumerable<TopicRecord> states) =>
        states.GroupBy(state => state.Key).Select(same => same.MaxBy(state => state.Version)!);

    /// <summary>
    /// What was captured, once at most, and did not go back is what the order keeps: nothing if it is dead, unless its refund has failed. Stripe's books say the
    /// same, to the cent.
    /// </summary>
    private static void AssertMoney(TopicRecord order, List<TopicRecord> payments, (decimal Captured, decimal Refunded) stripe)
    {
        var captured = payments.Where(payment => payment.Type == "payment.succeeded").Select(Amount).ToList();
        var back = payments.LastOrDefault() switch
        {
            { Type: "payment.refunded" } all => Amount(all),
            { Type: "payment.partially_refunded" or "payment.refund_failed" or "payment.disputed" } part => part.Value.GetProperty("refunded").GetDecimal(),
            _ => 0,
        };
        var kept = order.Text("status") == "completed" ? order.Value.GetProperty("price").GetDecimal() - Optional(order.Value, "refund") : 0;
        var (isKept, told) = (captured.Sum() - back == kept || payments is [.., { Type: "payment.refund_failed" }], string.Join(", ", payments.Select(payment => payment.Value)));
        Assert.True(captured.Count <= 1 && isKept, $"{kept} is owed for {order.Value}, told is {told}");
        Assert.True((captured.Sum(), back) == stripe, $"Stripe has {stripe} of order {order.Key}, told is {told}");

        static decimal Amount(TopicRecord payment) => payment.Value.GetProperty("amount").GetDecimal();
    }

    private static decimal Optional(System.Text.Json.JsonElement json, string field) => json.TryGetProperty(field, out var value) ? value.GetDecimal() : 0;

    /// <summary>Each version from 1 was told, in this order, and always as the same.</summary>
    private static void AssertVersions(List<TopicRecord> states) => Assert.All(states.GroupBy(state => state.Key), same =>
    {
        var versions = same.Select(state => state.Version).Distinct().ToList();
        Assert.Equal(Enumerable.Range(1, versions.Count).Select(version => (long)version), versions);
        Assert.Equal(versions.Count, same.Select(state => state.Value.GetRawText()).Distinct().Count());
    });

    private async Task AssertNoDeadLettersAsync()
    {
        foreach (var (group, topic) in Shop.Groups)
            Assert.Empty(await Shop.Topics.ReadAsync(KafkaNames.DeadLetters(topic, group)));
    }
}
