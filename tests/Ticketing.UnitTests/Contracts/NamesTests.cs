using Ticketing.Activities;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Notifications;

namespace Ticketing.UnitTests.Contracts;

/// <summary>Names that services in other languages, and operators with kcat, rely on.</summary>
public sealed class NamesTests
{
    [Fact]
    public void Topics_are_named_after_the_service_that_publishes() =>
        Assert.Equal(["orders", "tickets", "payments", "expiration", "accounts"], Topics.All);

    [Fact]
    public void Groups_are_named_after_their_service_and_topic() => Assert.Equal(
        [
            ("tickets-orders", "orders"), ("orders-tickets", "tickets"), ("orders-payments", "payments"),
            ("orders-expiration", "expiration"), ("payments-orders", "orders"), ("expiration-orders", "orders"),
        ],
        TheShop.Groups);

    [Fact]
    public void Notifications_has_a_group_for_each_topic_that_concerns_users() => Assert.Equal(
        [("notifications-accounts", "accounts"), ("notifications-orders", "orders"), ("notifications-payments", "payments"), ("notifications-tickets", "tickets")],
        NotificationsService.Value.Groups.Order());

    [Fact]
    public void Activity_has_one_group_for_all() => Assert.Equal([("activity-all", "activity"), ("activity-all", "logs")], ActivityService.Value.Groups);

    [Fact]
    public void The_documentation_lists_exactly_these_groups()
    {
        var rows = File.ReadLines(SourceTree.PathOf("docs", "events.md")).SkipWhile(line => line != "| group | topic |").Skip(2)
            .TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('|', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(
            TheShop.Groups.Concat(NotificationsService.Value.Groups).Concat(ActivityService.Value.Groups).Order(),
            rows.SelectMany(row => row[0].Split('`', StringSplitOptions.RemoveEmptyEntries).Where(name => name.Contains('-')).Select(group => (group, row[1].Trim(' ', '`')))).Order());
    }

    [Fact]
    public void A_service_watches_the_lag_of_exactly_those_that_consume_what_it_publishes()
    {
        foreach (var service in TheShop.Services.Append(Ticketing.Accounts.AccountsService.Value))
        {
            var readers = TheShop.Services.Append(NotificationsService.Value).Where(other => other.Groups.Any(group => service.PublishedTopics.Contains(group.Topic)));
            Assert.Equal(readers.Select(reader => reader.Name).Order(), service.Readers.Order());
        }
    }

    [Fact]
    public void Every_topic_is_published_by_one_service() =>
        Assert.Equal(Topics.All.Order(), TheShop.Services.Append(Ticketing.Accounts.AccountsService.Value).SelectMany(service => service.PublishedTopics).Order());

    [Fact]
    public void Dead_letters_have_a_topic_per_group() =>
        Assert.Equal("orders.tickets-orders.dead", KafkaNames.DeadLetters(Topics.Orders, "tickets-orders"));

    [Fact]
    public void An_event_is_published_to_its_services_topic_under_the_id_that_it_stays_in_order_with()
    {
        foreach (var sample in Samples.All.Values)
        {
            var (topic, key) = sample switch
            {
                TicketEvent ticket => ("tickets", ticket.Id),
                OrderEvent order => ("orders", order.OrderId),
                PaymentEvent payment => ("payments", payment.OrderId),
                AccountEvent account => ("accounts", account.Id),
                ExpirationExpired expiration => ("expiration", expiration.OrderId),
                _ => throw new InvalidOperationException($"{sample}: which topic?"),
            };
            Assert.Equal((topic, key), (sample.Type.Topic, sample.Key));
            Assert.StartsWith(topic.TrimEnd('s'), sample.Type.Name, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Statuses_are_written_as_the_design_names_them() => Assert.Equal(
        ["created", "pending_payment", "completed", "cancelled", "failed"],
        Enum.GetValues<OrderStatus>().Select(status => System.Text.Json.Nodes.JsonNode
            .Parse(EventJson.Serialize(new OrderCreated { Status = status }))!["status"]!.GetValue<string>()));
}
