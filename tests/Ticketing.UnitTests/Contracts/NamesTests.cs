using Ticketing.Contracts;

namespace Ticketing.UnitTests.Contracts;

/// <summary>Names that services in other languages, and operators with kcat, rely on.</summary>
public sealed class NamesTests
{
    [Fact]
    public void Topics_are_named_after_the_service_that_publishes() =>
        Assert.Equal(["orders", "tickets", "payments", "expiration"], Topics.All);

    [Fact]
    public void Groups_are_named_after_their_service_and_topic() => Assert.Equal(
        [
            ("tickets-orders", "orders"), ("orders-tickets", "tickets"), ("orders-payments", "payments"),
            ("orders-expiration", "expiration"), ("payments-orders", "orders"), ("expiration-orders", "orders"),
        ],
        ConsumerGroups.All);

    [Fact]
    public void Dead_letters_have_a_topic_per_group() =>
        Assert.Equal("orders.tickets-orders.dead", Topics.DeadLetters(Topics.Orders, ConsumerGroups.TicketsOrders));

    [Fact]
    public void An_event_is_published_to_its_services_topic_under_the_id_that_it_stays_in_order_with()
    {
        foreach (var sample in Samples.All)
        {
            var (topic, key) = sample switch
            {
                TicketEvent ticket => ("tickets", ticket.Id),
                OrderEvent order => ("orders", order.OrderId),
                PaymentEvent payment => ("payments", payment.OrderId),
                ExpirationExpired expiration => ("expiration", expiration.OrderId),
                _ => throw new InvalidOperationException($"{sample}: which topic?"),
            };
            Assert.Equal((topic, key), (sample.Topic, sample.Key));
            Assert.StartsWith(topic.TrimEnd('s'), EventJson.TypeOf(sample), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Statuses_are_written_as_the_design_names_them() => Assert.Equal(
        ["created", "pending_payment", "completed", "cancelled", "failed"],
        Enum.GetValues<OrderStatus>().Select(status => System.Text.Json.Nodes.JsonNode
            .Parse(EventJson.Serialize(new OrderCreated { Status = status }))!["status"]!.GetValue<string>()));
}
