using System.Globalization;
using System.Text.RegularExpressions;
using Ticketing.Contracts;
using Ticketing.Scenarios.Kafka;

namespace Ticketing.Scenarios;

// What a service in another language relies on.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task Events_are_cloud_events_keyed_by_their_aggregates()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 2);
        var (paid, declined, given) = (await buyer.BuyAsync(ticket), await buyer.ReserveAsync(ticket), await buyer.BuyAsync(await seller.ListTicketAsync()));
        await buyer.PayAsync(declined, "pm_card_chargeDeclined");
        await buyer.CancelAsync(given);
        await Shop.SettleAsync();

        Check(await ShopsOwnAsync(Topics.Tickets), "/tickets", record => record.Text("id"));
        Check(await ShopsOwnAsync(Topics.Orders), "/orders", record => record.OrderId);
        Check(await ShopsOwnAsync(Topics.Payments), "/payments", record => record.OrderId);
        Check(await ShopsOwnAsync(Topics.Expiration), "/expiration", record => record.OrderId);
        // An instance that starts meanwhile publishes again what it finds in an outbox, with the same ids.
        var life = (await ShopsOwnAsync(Topics.Orders)).Where(record => record.OrderId == paid.Id).DistinctBy(record => record.CloudEventId).ToList();
        Assert.Equal([("order.created", "created", 1L), ("order.pending", "pending_payment", 2L), ("order.completed", "completed", 3L)],
            life.Select(record => (record.Type, record.Text("status"), record.Version)));
        Assert.All(life, record => Assert.Equal(paid.ExpiresAt, record.Value.GetProperty("expiresAt").GetDateTimeOffset()));
        Assert.All(life, record => Assert.Matches("Z$", record.Text("expiresAt")));
    }

    [Fact]
    public async Task Every_group_commits_what_it_has_handled()
    {
        var (seller, buyer) = await PeopleAsync();
        await buyer.BuyAsync(await seller.ListTicketAsync());
        await Shop.Topics.ProduceAsync(Topics.Expiration, ("x", new { type = "expiration.expired", id = "x", orderId = "x", version = 1 }));
        await Shop.Topics.ProduceAsync(Topics.Activity, ("x", new { type = "other" }));
        await Shop.SettleAsync();

        foreach (var (group, topic) in new[]
        {
            ("tickets-orders", "orders"), ("orders-tickets", "tickets"), ("orders-payments", "payments"), ("orders-expiration", "expiration"),
            ("payments-orders", "orders"), ("expiration-orders", "orders"),
            ("notifications-orders", "orders"), ("notifications-tickets", "tickets"), ("notifications-payments", "payments"), ("notifications-accounts", "accounts"),
            ("activity-all", "activity"),
        })
            Assert.NotEmpty(await Shop.Topics.CommittedAsync(group, topic));
    }

    [Theory]
    [InlineData("orders")]
    [InlineData("tickets")]
    [InlineData("payments")]
    [InlineData("expiration")]
    public async Task Every_topic_has_six_partitions(string topic) => Assert.Equal(6, await Shop.Topics.PartitionsAsync(topic));

    private async Task<List<TopicRecord>> ShopsOwnAsync(string topic) =>
        (await Shop.Topics.ReadAsync(topic)).FindAll(record => record.Headers.Count > 0);

    private static void Check(List<TopicRecord> records, string source, Func<TopicRecord, string> key)
    {
        Assert.All(records, record =>
        {
            Assert.Equal(key(record), record.Key);
            Assert.Equal(("1.0", source, record.Type), (record.Headers["ce_specversion"], record.Headers["ce_source"], record.Headers["ce_type"]));
            Assert.InRange(
                DateTimeOffset.ParseExact(record.Headers["ce_time"], "O", CultureInfo.InvariantCulture),
                DateTimeOffset.UtcNow.AddMinutes(-30), DateTimeOffset.UtcNow.AddSeconds(1));
            Assert.Matches(TraceParent(), record.Headers.GetValueOrDefault("traceparent", "none"));
        });
        // The same id is the same event.
        Assert.All(records.GroupBy(record => record.CloudEventId), same => Assert.Single(same.Select(record => record.Value.GetRawText()).Distinct()));
        Assert.All(records.GroupBy(record => record.Key), same => Assert.Single(same.Select(record => record.Partition).Distinct()));
    }

    [GeneratedRegex("^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")]
    private static partial Regex TraceParent();
}
