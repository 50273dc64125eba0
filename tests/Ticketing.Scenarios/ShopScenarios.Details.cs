using Ticketing.Contracts;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// What a listing says besides, and when it sells.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task What_a_listing_says_is_shown_and_may_be_changed_and_cleared()
    {
        var seller = await Shop.SellerAsync();
        var listed = (await seller.PostAsync("/api/tickets", new
        {
            title = "Opera",
            price = 80,
            quantity = 3,
            startsAt = "2031-07-01T20:00:00+02:00",
            venue = "Köln, Oper",
            salesFrom = "2025-01-01T00:00:00Z",
            salesUntil = "2031-07-01T18:00:00Z",
            lowStockAt = 3,
            refundableUntil = "2031-06-01T00:00:00.5Z",
        })).Read<Ticket>(Created);
        var path = $"/api/tickets/{listed.Id}";
        var start = new DateTimeOffset(2031, 7, 1, 18, 0, 0, TimeSpan.Zero);

        Assert.Equal((start, start, "Köln, Oper"), (listed.StartsAt, listed.SalesUntil, listed.Venue));
        Assert.Equal((3, true), (listed.LowStockAt, listed.LowStock));
        Assert.Equal(new DateTimeOffset(2031, 6, 1, 0, 0, 0, 500, TimeSpan.Zero), listed.RefundableUntil);
        Assert.Equal(listed, await Shop.Anyone.TicketAsync(listed.Id));
        var changed = (await seller.PutAsync(path, new { quantity = 4, venue = (string?)null, salesUntil = (string?)null })).Read<Ticket>();
        Assert.Equal(
            listed with { Quantity = 4, Available = 4, Venue = null, SalesUntil = null, LowStock = false, Version = 2 }, changed);
        Assert.Equal(changed, await Shop.Anyone.TicketAsync(listed.Id));
        Assert.Equal(2, (await seller.PutAsync(path, new { startsAt = "2031-07-01T18:00Z" })).Read<Ticket>().Version);
        // It does not go with what the listing says already.
        (await seller.PutAsync(path, new { startsAt = "2031-05-01T18:00Z" })).IsInvalid("startsAt");
        (await seller.PutAsync(path, new { refundableUntil = "2031-08-01T18:00Z", salesUntil = "2024-08-01T18:00Z" }))
            .IsInvalid("salesUntil", "refundableUntil");
        (await seller.PutAsync(path, new { startsAt = "2031-05-01T18:00" })).IsInvalid("startsAt");
    }

    [Theory]
    [InlineData("""{"title":"Early","price":1,"salesFrom":"2101-01-01T00:00:00Z"}""")]
    [InlineData("""{"title":"Late","price":1,"salesUntil":"2025-01-01T00:00:00Z"}""")]
    public async Task An_order_outside_of_the_time_of_sales_is_cancelled(string listing)
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.OrderAsync((await seller.PostAsync("/api/tickets", listing)).Read<Ticket>(Created));

        Assert.Equal(Reasons.NotOnSale, (await buyer.WaitForStatusAsync(order.Id, Order.Cancelled)).Reason);
    }
}
