using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Expiration;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Expiration;

public sealed class OrderTimerTests
{
    [Fact]
    public void An_order_sets_a_timer_to_the_end_of_its_hold() => GivenNo<OrderTimer>()
        .When(timer => OrderTimer.Set(timer, Some.Created())).Then()
        .With(timer => Assert.Equal(new OrderTimer("o", Some.Noon + Some.Hold, TimerStatus.Set, "t"), timer));

    [Theory]
    [InlineData(TimerStatus.Set)]
    [InlineData(TimerStatus.Cleared)]
    [InlineData(TimerStatus.Fired)]
    public void An_order_that_is_read_again_sets_nothing(TimerStatus status) => Given(Some.Timer(status))
        .When(timer => OrderTimer.Set(timer, Some.Created())).ThenNothing();

    [Fact]
    public void An_order_whose_fate_is_decided_clears_its_timer_once() => Given(Some.Timer())
        .When(timer => OrderTimer.Clear(timer, Some.Is<OrderCompleted>(3))).Then()
        .With(timer => Assert.Equal(TimerStatus.Cleared, timer.Status))
        .When(timer => OrderTimer.Clear(timer, Some.Is<OrderCancelled>(4))).ThenNothing();

    [Fact]
    public void A_fired_timer_stays_fired_when_its_order_ends() => Given(Some.Timer(TimerStatus.Fired))
        .When(timer => OrderTimer.Clear(timer, Some.Is<OrderCancelled>(3))).ThenNothing();

    [Fact]
    public void An_order_without_a_timer_clears_nothing() => GivenNo<OrderTimer>()
        .When(timer => OrderTimer.Clear(timer, Some.Is<OrderCompleted>(3))).ThenNothing();

    [Fact]
    public void An_order_of_several_tickets_names_all_of_them_when_it_expires() => GivenNo<OrderTimer>()
        .When(timer => OrderTimer.Set(timer, Some.Of(Some.Created(), ("t", 2), ("u", 1))))
        .When(timer => OrderTimer.Fire(timer!))
        .Then(new ExpirationExpired { Id = "o", OrderId = "o", TicketId = "t", TicketIds = ["t", "u"], Version = 1 });

    [Fact]
    public void A_hold_that_is_prolonged_fires_at_its_new_end()
    {
        var later = Some.Is<OrderPending>(3) with { ExpiresAt = Some.Noon.AddHours(1) };
        Given(Some.Timer())
            .When(timer => OrderTimer.Set(timer, later)).Then().With(timer => Assert.Equal(Some.Noon.AddHours(1), timer.ExpiresAt))
            // Read again, it does not become shorter.
            .When(timer => OrderTimer.Set(timer, Some.Created())).ThenNothing();
        Given(Some.Timer())
            .When(timer => OrderTimer.Fire(timer!))
            .When(timer => OrderTimer.Set(timer, later)).With(timer => Assert.Equal(TimerStatus.Set, timer.Status))
            .When(timer => OrderTimer.Fire(timer!)).Then(new ExpirationExpired { Id = "o", OrderId = "o", TicketId = "t", Version = 2 });
        Given(Some.Timer(TimerStatus.Cleared)).When(timer => OrderTimer.Set(timer, later)).ThenNothing();
    }

    [Fact]
    public void A_timer_fires_once() => Given(Some.Timer())
        .When(timer => OrderTimer.Fire(timer!)).Then(new ExpirationExpired { Id = "o", OrderId = "o", TicketId = "t", Version = 1 })
        .When(timer => OrderTimer.Fire(timer!)).ThenNothing();

    [Fact]
    public void A_cleared_timer_does_not_fire() => Given(Some.Timer(TimerStatus.Cleared))
        .When(timer => OrderTimer.Fire(timer!)).ThenNothing();

    [Fact]
    public void Only_timers_that_are_set_are_found_by_their_time()
    {
        var due = OrderTimer.Documents.Indexes.Single(index => index.Name == "due");

        Assert.Equal(IndexQuery.Key(Some.Noon + Some.Hold), due.Key(Some.Timer()));
        Assert.Null(due.Key(Some.Timer(TimerStatus.Cleared)));
        Assert.Null(due.Key(Some.Timer(TimerStatus.Fired)));
    }
}
