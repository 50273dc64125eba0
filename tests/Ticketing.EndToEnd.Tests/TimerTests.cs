namespace Ticketing.EndToEnd.Tests;

/// <summary>Tests that measure time run when no other test does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class TimerTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Promise = TimeSpan.FromMilliseconds(250);

    [Fact]
    public async Task Holds_end_within_250_ms_of_their_time_while_100_000_others_run()
    {
        const int Pending = 100_000, Orders = 400;
        var far = DateTimeOffset.UtcNow.AddHours(1);
        await using var expiration = await ExpirationService.StartAsync(Enumerable.Range(0, Pending).Select(i => far.AddMilliseconds(i)));
        var first = DateTimeOffset.UtcNow.AddSeconds(2);
        var orders = Enumerable.Range(0, Orders).ToDictionary(i => $"order-{i}", i => first.AddMilliseconds(10 * i));
        await expiration.PlaceAsync(orders);

        var fired = await expiration.Topics.TakeAsync(Contracts.Topics.Expiration, Orders);

        Assert.Equal(orders.Keys.Order(), fired.Select(record => record.OrderId).Order());
        // Records carry whole milliseconds.
        var late = fired.Select(record => (record.PublishedAt - orders[record.OrderId]).TotalMilliseconds + 1).Order().ToList();
        output.WriteLine($"{Orders} holds beside {Pending} others: median {late[Orders / 2]:F0} ms, p95 {late[Orders * 95 / 100]:F0} ms, max {late[^1]:F0} ms late");
        Assert.True(late[0] >= 0, $"A hold ended {-late[0]} ms early.");
        // The machine may be busy with something else for a while; the timers must not.
        Assert.InRange(late[Orders / 2], 0, Promise.TotalMilliseconds);
    }

    [Fact]
    public async Task Holds_that_ended_while_the_service_was_down_end_when_it_starts()
    {
        const int Overdue = 2500;
        var (past, far) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        var started = DateTimeOffset.UtcNow;
        await using var expiration = await ExpirationService.StartAsync(
            [.. Enumerable.Repeat(far, 100), .. Enumerable.Repeat(past, Overdue), .. Enumerable.Repeat(far, 100)]);

        var fired = await expiration.Topics.TakeAsync(Contracts.Topics.Expiration, Overdue);

        Assert.Equal(Enumerable.Range(100, Overdue).Select(i => $"old-{i}").Order(), fired.Select(record => record.OrderId).Order());
        var last = fired.Max(record => record.PublishedAt) - started;
        output.WriteLine($"{Overdue} overdue holds ended within {last.TotalMilliseconds:F0} ms of the start");
        // Together: one after the other they would take longer, even on a quiet machine.
        Assert.InRange(last, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }
}
