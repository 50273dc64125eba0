using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Tickets;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Tickets;

/// <summary>What is told when few seats of a ticket are left, or none.</summary>
public sealed class StockTests
{
    [Fact]
    public void Low_stock_is_told_once_and_again_after_it_was_above() => Given(Listed(lowStockAt: 3))
        .When(ticket => Reserve(ticket, "a", 6)).Then(Some.Updated(2) with { LowStockAt = 3, Held = 6 }, Reserved("a", 6, 2))
        .When(ticket => Reserve(ticket, "b", 1)).Then(Some.Updated(3) with { LowStockAt = 3, Held = 7 }, Reserved("b", 1, 3), Low(3, 3, 3))
        .When(ticket => Reserve(ticket, "c", 1)).Then(Some.Updated(4) with { LowStockAt = 3, Held = 8 }, Reserved("c", 1, 4))
        .When(ticket => Release(ticket, "c")).Then(Some.Updated(5) with { LowStockAt = 3, Held = 7 })
        .When(ticket => Release(ticket, "b")).Then(Some.Updated(6) with { LowStockAt = 3, Held = 6 })
        .When(ticket => Reserve(ticket, "d", 2)).Then(Some.Updated(7) with { LowStockAt = 3, Held = 8 }, Reserved("d", 2, 7), Low(2, 3, 7));

    [Fact]
    public void Seats_that_are_paid_make_the_stock_no_lower() => Given(Listed(lowStockAt: 3))
        .When(ticket => Reserve(ticket, "o", 7)).With(ticket => Assert.Equal(2, ticket.LowStockSince))
        .When(ticket => Ticket.Sell(ticket, Some.Of(Some.Is<OrderCompleted>(3), ("t", 7)), Some.Noon)).Then(Some.Updated(3) with { LowStockAt = 3, Sold = 7 });

    [Theory]
    [InlineData(2, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    [InlineData(990, 99)]
    [InlineData(991, 100)]
    [InlineData(10_000, 100)]
    public void Without_a_threshold_a_tenth_of_the_quantity_is_low_and_a_hundred_at_most(int quantity, int threshold) => Given(Some.Ticket(quantity))
        .When(ticket => Reserve(ticket, "o", quantity - threshold))
        .Then(Some.Updated(2) with { Quantity = quantity, Held = quantity - threshold }, Reserved("o", quantity - threshold, 2), Low(threshold, threshold, 2));

    [Fact]
    public void Sold_out_is_told_after_low_stock_and_again_after_a_seat_was_free() => Given(Some.Ticket())
        .When(ticket => Reserve(ticket, "a", 9)).Then(Some.Updated(2) with { Held = 9 }, Reserved("a", 9, 2), Low(1, 1, 2))
        .When(ticket => Reserve(ticket, "b", 1)).Then(Some.Updated(3) with { Held = 10 }, Reserved("b", 1, 3), SoldOut(3))
        .When(ticket => Release(ticket, "b")).Then(Some.Updated(4) with { Held = 9 })
        .When(ticket => Reserve(ticket, "c", 1)).Then(Some.Updated(5) with { Held = 10 }, Reserved("c", 1, 5), SoldOut(5));

    [Fact]
    public void What_is_sold_out_at_once_tells_nothing_of_low_stock() => Given(Some.Ticket())
        .When(ticket => Reserve(ticket, "o", 10)).Then(Some.Updated(2) with { Held = 10 }, Reserved("o", 10, 2), SoldOut(2))
        // It rises to what is low, and does not fall to it.
        .When(ticket => Ticket.Sell(ticket, Some.Of(Some.Is<OrderCompleted>(4), ("t", 10)) with { Lines = [Some.Line(10) with { Cancelled = 1 }] }, Some.Noon))
        .Then(Some.Updated(3) with { Sold = 9 });

    [Fact]
    public void A_threshold_of_0_is_never_low() => Given(Listed(lowStockAt: 0))
        .When(ticket => Reserve(ticket, "a", 9)).Then(Some.Updated(2) with { LowStockAt = 0, Held = 9 }, Reserved("a", 9, 2))
        .When(ticket => Reserve(ticket, "b", 1)).Then(Some.Updated(3) with { LowStockAt = 0, Held = 10 }, Reserved("b", 1, 3), SoldOut(3));

    [Fact]
    public void A_listing_that_begins_low_tells_nothing_until_it_was_above() => GivenNo<Ticket>()
        .When(_ => Listing(lowStockAt: 10)).With(ticket => Assert.Null(ticket.LowStockSince))
        .When(ticket => Reserve(ticket, "a", 1)).Then(Some.Updated(2) with { LowStockAt = 10, Held = 1 }, Reserved("a", 1, 2))
        .When(ticket => Change(ticket, quantity: 12)).Then(Some.Updated(3) with { LowStockAt = 10, Held = 1, Quantity = 12 })
        .When(ticket => Reserve(ticket, "b", 1)).Then(Some.Updated(4) with { LowStockAt = 10, Held = 2, Quantity = 12 }, Reserved("b", 1, 4), Low(10, 10, 4));

    [Fact]
    public void What_the_seller_changes_is_told_too() => Given(Some.Ticket())
        .When(ticket => Change(ticket, lowStockAt: 10)).Then(Some.Updated(2) with { LowStockAt = 10 }, Low(10, 10, 2))
        .When(ticket => Change(ticket, lowStockAt: 5)).Then(Some.Updated(3) with { LowStockAt = 5 })
        .When(ticket => Change(ticket, quantity: 4)).Then(Some.Updated(4) with { LowStockAt = 5, Quantity = 4 }, Low(4, 5, 4))
        .When(ticket => Reserve(ticket, "o", 2))
        .When(ticket => Change(ticket, quantity: 2)).Then(Some.Updated(6) with { LowStockAt = 5, Quantity = 2, Held = 2 }, SoldOut(6, quantity: 2));

    [Fact]
    public void What_is_not_on_sale_tells_nothing_and_neither_does_its_return() => Given(Some.Ticket())
        .When(ticket => Reserve(ticket, "o", 2))
        .When(ticket => Ticket.Pause(ticket, Some.Seller))
        .When(ticket => Change(ticket, quantity: 3)).Then(Some.Updated(4, SaleState.Paused) with { Quantity = 3, Held = 2 })
        .When(ticket => Change(ticket, quantity: 2)).Then(Some.Updated(5, SaleState.Paused) with { Quantity = 2, Held = 2 })
        .When(ticket => Ticket.Resume(ticket, Some.Seller)).Then(Some.Updated(6) with { Quantity = 2, Held = 2 })
        .When(ticket => Ticket.Withdraw(ticket, Some.Seller)).Then(Some.Updated(7, SaleState.Withdrawn) with { Quantity = 2, Held = 2 })
        .When(ticket => Ticket.Cancel(ticket, Some.Seller, Some.Noon)).Then(Some.Updated(8, SaleState.Cancelled) with { Quantity = 2, Held = 2 })
        .With(ticket => Assert.Equal((null, null), (ticket.LowStockSince, ticket.SoldOutSince)));

    [Fact]
    public void A_pause_is_no_reason_to_tell_it_twice() => Given(Some.Ticket())
        .When(ticket => Reserve(ticket, "o", 9)).With(ticket => Assert.Equal(2, ticket.LowStockSince))
        .When(ticket => Ticket.Pause(ticket, Some.Seller)).Then(Some.Updated(3, SaleState.Paused) with { Held = 9 })
        .When(ticket => Ticket.Resume(ticket, Some.Seller)).Then(Some.Updated(4) with { Held = 9 });

    [Fact]
    public void What_was_told_and_is_so_still_is_told_again_with_its_version() => Given(Some.Ticket())
        .When(ticket => Reserve(ticket, "a", 9))
        .When(ticket => Change(ticket, title: "Back row")).Then(Some.Updated(3) with { Title = "Back row", Held = 9 })
        .With(ticket => Tells(ticket, Some.Updated(3) with { Title = "Back row", Held = 9 }, Reserved("a", 9, 3), Low(1, 1, 2) with { Title = "Back row" }))
        .When(ticket => Change(ticket, title: "Front row"))
        .When(ticket => Release(ticket, "a")).With(ticket => Tells(ticket, Some.Updated(5)))
        .When(ticket => Reserve(ticket, "b", 10))
        .With(ticket => Tells(ticket, Some.Updated(6) with { Held = 10 }, Reserved("b", 10, 6), SoldOut(6)));

    [Fact]
    public void Tickets_that_were_low_before_this_was_told_are_told_when_they_fall_again()
    {
        const string Old = """
            {"id":"t","title":"Front row","price":10,"currency":"USD","quantity":10,"userId":"seller","version":4,"held":9,"sold":0,"holds":{"a":8,"b":1},"ended":{}}
            """;
        var read = Ticket.Documents.Parts!.With(JsonSerializer.Deserialize(Old, Ticket.Documents.Json)!, []);
        Assert.True(JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(Old), JsonSerializer.SerializeToElement(read, Ticket.Documents.Json)));
        Given(read)
            .When(ticket => Change(ticket, title: "Back row")).Then(Some.Updated(5) with { Title = "Back row", Held = 9 })
            .When(ticket => Change(ticket, title: "Front row"))
            .When(ticket => Release(ticket, "b")).Then(Some.Updated(7) with { Held = 8 })
            .When(ticket => Reserve(ticket, "c", 1)).Then(Some.Updated(8) with { Held = 9 }, Reserved("c", 1, 8), Low(1, 1, 8))
            .With(ticket => Assert.Equal(8, JsonSerializer.Deserialize(JsonSerializer.Serialize(ticket, Ticket.Documents.Json), Ticket.Documents.Json)!.LowStockSince));
    }

    [Fact]
    public void Orders_does_not_listen_to_it() =>
        Assert.DoesNotContain(TheShop.Services.SelectMany(service => service.Routes), route => route.Event.Name is "ticket.low_stock" or "ticket.sold_out");

    private static void Tells(Ticket ticket, params IEvent[] events) => Given(ticket).When(_ => new(null, ticket.Tell())).Then(events);

    private static Decision<Ticket> Listing(int lowStockAt) => Ticket.List("t", Some.Seller, "Front row", 10, "USD", 10, new() { LowStockAt = lowStockAt });

    private static Ticket Listed(int lowStockAt) => Listing(lowStockAt).State!;

    private static Decision<Ticket> Change(Ticket? ticket, int? quantity = null, int? lowStockAt = null, string? title = null) => Ticket.Change(
        ticket, Some.Seller, title, null, quantity, details => details with { LowStockAt = lowStockAt ?? details.LowStockAt });

    private static Decision<Ticket> Reserve(Ticket? ticket, string orderId, int seats) =>
        Ticket.Reserve(ticket, Some.Created(seats) with { Id = orderId, OrderId = orderId }, Some.Noon);

    private static Decision<Ticket> Release(Ticket? ticket, string orderId) =>
        Ticket.Release(ticket, Some.Is<OrderCancelled>(2) with { Id = orderId, OrderId = orderId }, Some.Noon);

    private static TicketReserved Reserved(string orderId, int seats, long version) => new() { Id = "t", OrderId = orderId, Quantity = seats, Version = version };

    private static TicketLowStock Low(int available, int threshold, long version) => new()
    {
        Id = "t",
        TicketId = "t",
        Title = "Front row",
        UserId = Some.Seller,
        Available = available,
        Threshold = threshold,
        Version = version,
    };

    private static TicketSoldOut SoldOut(long version, int quantity = 10) =>
        new() { Id = "t", TicketId = "t", Title = "Front row", UserId = Some.Seller, Quantity = quantity, Version = version };
}
