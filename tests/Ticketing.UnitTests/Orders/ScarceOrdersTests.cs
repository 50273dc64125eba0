using Ticketing.Messaging;
using Ticketing.Orders;

namespace Ticketing.UnitTests.Orders;

public sealed class ScarceOrdersTests
{
    private static readonly Refusal SoldOut = new(RefusalKind.Conflict, "Sold out.");
    private readonly ScarceOrders _orders = new();
    private readonly List<TaskCompletionSource<(Order?, Refusal?)>> _placed = [];

    [Fact(Timeout = 30_000)]
    public async Task Callers_that_wait_for_a_ticket_share_the_refusal_of_one_that_began_after_they_came()
    {
        var first = PlaceAsync("t", 2);
        Task<(Order?, Refusal?)>[] others = [PlaceAsync("t", 2), PlaceAsync("t", 2), PlaceAsync("t", 3)];
        Assert.Single(_placed);

        _placed[0].SetResult((null, SoldOut));
        Assert.Equal((null, SoldOut), await first);
        // The first one's order may have been decided before they came.
        await SoonAsync(() => _placed.Count == 2);
        Assert.All(others, other => Assert.False(other.IsCompleted));
        _placed[1].SetResult((null, SoldOut));

        Assert.All(await Task.WhenAll(others), answer => Assert.Equal((null, SoldOut), answer));
        Assert.Equal(2, _placed.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task When_an_order_is_placed_the_next_one_is_tried()
    {
        var (first, second, third) = (PlaceAsync("t", 1), PlaceAsync("t", 1), PlaceAsync("t", 1));
        for (var i = 0; i < 3; i++)
        {
            await SoonAsync(() => _placed.Count == i + 1);
            _placed[i].SetResult((Some.Order(), null));
        }
        Assert.All(await Task.WhenAll(first, second, third), answer => Assert.NotNull(answer.Item1));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(RefusalKind.KeyReused)]
    [InlineData(RefusalKind.TooMany)]
    public async Task A_refusal_that_is_about_its_own_buyer_is_not_shared(RefusalKind kind)
    {
        var (first, second) = (PlaceAsync("t", 1), PlaceAsync("t", 1));
        var refusal = new Refusal(kind, "Not you.");
        _placed[0].SetResult((null, refusal));
        Assert.Equal((null, refusal), await first);
        await SoonAsync(() => _placed.Count == 2);
        _placed[1].SetResult((null, refusal));
        var third = PlaceAsync("t", 1);
        await SoonAsync(() => _placed.Count == 3);
        _placed[2].SetResult((Some.Order(), null));
        Assert.NotNull((await third).Item1);
    }

    [Fact]
    public void Fewer_seats_and_other_tickets_do_not_wait()
    {
        _ = PlaceAsync("t", 2);
        _ = PlaceAsync("t", 2);
        _ = PlaceAsync("t", 1);
        _ = PlaceAsync("u", 2);
        Assert.Equal(3, _placed.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_call_that_breaks_off_leaves_the_turn_to_the_next_one()
    {
        var (first, second) = (PlaceAsync("t", 1), PlaceAsync("t", 1));
        _placed[0].SetCanceled(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<TaskCanceledException>(() => first);
        await SoonAsync(() => _placed.Count == 2);
        _placed[1].SetResult((null, SoldOut));
        Assert.Equal((null, SoldOut), await second);
        _ = PlaceAsync("t", 1);
        Assert.Equal(3, _placed.Count);
    }

    private Task<(Order?, Refusal?)> PlaceAsync(string ticketId, int quantity) => _orders.PlaceAsync(ticketId, quantity, () =>
    {
        _placed.Add(new());
        return _placed[^1].Task;
    });

    private static async Task SoonAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(1, TestContext.Current.CancellationToken);
    }
}
