using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Orders;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Orders;

public sealed class CommandTests
{
    [Fact]
    public void A_placed_order_carries_its_total_and_the_end_of_its_hold() => GivenNo<Order>()
        .When(order => Place(order, quantity: 2))
        .Then(Some.Created(2));

    [Fact]
    public void A_total_is_written_without_trailing_zeros() => GivenNo<Order>()
        .When(order => Order.Place(order, "o", Some.Buyer, [(Some.Replica() with { Price = 2.50m }, 2)], Some.Hold, Some.Noon))
        .With(order => Assert.Equal("5", order.Price.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void An_order_of_several_tickets_has_their_total() => GivenNo<Order>()
        .When(order => Order.Place(order, "o", Some.Buyer, [(Some.Replica(), 2), (Some.Replica() with { Id = "u" }, 1)], Some.Hold, Some.Noon))
        .Then(Some.Of(Some.Created(), ("t", 2), ("u", 1)));

    [Fact]
    public void An_order_that_was_stored_before_there_were_lines_has_one()
    {
        var order = JsonSerializer.Deserialize(
            """{"id":"o","userId":"buyer","ticketId":"t","quantity":2,"price":20,"currency":"USD","status":"created","expiresAt":"2025-02-13T12:02:00Z","version":1}""",
            Order.Documents.Json)!;
        Assert.Equal([Some.Line() with { Title = null, SellerId = null }], order.Lines);
    }

    [Fact]
    public void The_seller_of_a_line_is_stored_with_it_and_told_again()
    {
        var stored = JsonSerializer.Deserialize(JsonSerializer.Serialize(Some.Order(), Order.Documents.Json), Order.Documents.Json)!;
        Assert.Equal(Some.Seller, Assert.Single(Assert.IsType<OrderCreated>(Assert.Single(stored.Tell())).AllLines).SellerId);
        // The replica is of before Orders kept it.
        GivenNo<Order>().When(order => Order.Place(order, "o", Some.Buyer, [(Some.Replica() with { SellerId = null }, 2)], Some.Hold, Some.Noon))
            .Then(Some.Created(2) with { Lines = [Some.Line() with { SellerId = null }] });
    }

    // What is known here may be old. Tickets decides.
    [Fact]
    public void More_seats_than_are_left_can_be_ordered_and_tickets_that_are_not_on_sale() => GivenNo<Order>()
        .When(order => Order.Place(order, "o", Some.Buyer, [(Some.Replica(available: 1) with { State = SaleState.Paused }, 2)], Some.Hold, Some.Noon))
        .Then(Some.Created(2));

    [Fact]
    public void The_last_seats_can_be_ordered() => GivenNo<Order>().When(order => Place(order, 10)).Then(Some.Created(10));

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    // Another instance's clock was ahead.
    [InlineData(600_000_000, 600_000_001)]
    public void An_order_is_placed_after_the_buyers_orders_before(long before, long placed) => GivenNo<Order>()
        .When(order => Order.Place(order, "o", Some.Buyer, [(Some.Replica(), 2)], Some.Hold, Some.Noon, Some.Noon.AddTicks(before)))
        .With(order => Assert.Equal((Some.Noon.AddTicks(placed), Some.Noon + Some.Hold), (order.PlacedAt, order.ExpiresAt)));

    [Fact]
    public void An_order_keeps_what_its_buyer_saw() => GivenNo<Order>()
        .When(order => Order.Place(
            order, "o", Some.Buyer, [(Some.Replica() with { Venue = "Rheinaue, Bonn", StartsAt = Some.Noon.AddDays(1), RefundableUntil = Some.Noon }, 2)], Some.Hold, Some.Noon))
        .Then(Some.Created(2) with { Lines = [Some.Line() with { Venue = "Rheinaue, Bonn", StartsAt = Some.Noon.AddDays(1), RefundableUntil = Some.Noon }] });

    [Fact]
    public void The_same_key_for_the_same_order_is_answered_with_that_order() => Given(Some.Order(OrderStatus.PendingPayment))
        .When(order => Place(order, 2)).ThenNothing();

    [Fact]
    public void The_same_key_is_answered_even_when_nothing_is_left() => Given(Some.Order())
        .When(order => Order.Place(order, "o", Some.Buyer, [(Some.Replica(available: 0), 2)], Some.Hold, Some.Noon)).ThenNothing();

    [Fact]
    public void The_same_key_for_another_order_is_refused()
    {
        Given(Some.Order()).When(order => Place(order, 3)).ThenRefused(RefusalKind.KeyReused);
        Given(Some.Order())
            .When(order => Order.Place(order, "o", Some.Buyer, [(Some.Replica() with { Id = "t2" }, 2)], Some.Hold, Some.Noon))
            .ThenRefused(RefusalKind.KeyReused);
    }

    [Theory]
    [InlineData(OrderStatus.Created, 2)]
    [InlineData(OrderStatus.PendingPayment, 3)]
    [InlineData(OrderStatus.Completed, 4)]
    public void A_buyer_gives_a_living_order_up(OrderStatus status, long version) => Given(Some.Order(status))
        .When(order => Order.Cancel(order, Some.Buyer, Some.Noon))
        .Then(Some.Is<OrderCancelled>(version, "cancelled_by_user"));

    [Fact]
    public void A_cancelled_order_stays_as_it_is_when_it_is_cancelled_again() => Given(Some.Order(OrderStatus.Cancelled))
        .When(order => Order.Cancel(order, Some.Buyer, Some.Noon)).ThenNothing();

    [Fact]
    public void A_failed_order_cannot_be_cancelled() => Given(Some.Order(OrderStatus.Failed))
        .When(order => Order.Cancel(order, Some.Buyer, Some.Noon)).ThenRefused(RefusalKind.Conflict);

    [Fact]
    public void Anothers_order_does_not_exist()
    {
        GivenNo<Order>().When(order => Order.Cancel(order, Some.Buyer, Some.Noon)).ThenRefused(RefusalKind.NotFound);
        foreach (var status in Enum.GetValues<OrderStatus>())
            Given(Some.Order(status)).When(order => Order.Cancel(order, "someone else", Some.Noon)).ThenRefused(RefusalKind.NotFound);
    }

    private static Decision<Order> Place(Order? order, int quantity) =>
        Order.Place(order, "o", Some.Buyer, [(Some.Replica(), quantity)], Some.Hold, Some.Noon);
}
