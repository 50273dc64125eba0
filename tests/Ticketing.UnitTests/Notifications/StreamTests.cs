using Ticketing.Notifications;

namespace Ticketing.UnitTests.Notifications;

public sealed class StreamTests
{
    [Theory]
    [InlineData(0, 4, true)]
    [InlineData(2, 4, true)]
    [InlineData(3, 4, false)]
    [InlineData(5, 6, false)]
    [InlineData(7, null, false)]
    public void Whoever_comes_back_gets_what_follows_and_is_told_if_some_of_it_is_gone(int last, int? first, bool isIncomplete)
    {
        // 1 to 3 are no longer kept.
        var inbox = new Inbox { UserId = Some.Buyer, Next = 8 };
        for (var number = 4; number < inbox.Next; number++)
            inbox = inbox with { Items = inbox.Items.Add(new(number, NotificationKind.OrderReceived, Some.Noon)) };

        var (items, gone) = NotificationStream.After(inbox, last);

        Assert.Equal((isIncomplete, first), (gone, items is [var one, ..] ? one.Number : (int?)null));
        Assert.Equal(Enumerable.Range(first ?? 8, 8 - (first ?? 8)), items.Select(item => item.Number));
    }

    [Fact]
    public void An_empty_inbox_lacks_nothing() =>
        Assert.Equal((0, false), NotificationStream.After(new() { UserId = Some.Buyer }, 0) is var (items, gone) ? (items.Count, gone) : default);
}
