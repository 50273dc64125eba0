using Microsoft.AspNetCore.Http;
using Ticketing.Orders;

namespace Ticketing.UnitTests.Orders;

public sealed class KnownVersionsTests
{
    [Theory]
    // Nothing is known, or nothing of this order: whatever follows is news.
    [InlineData(null, 3, new[] { 4 }, new[] { 2, 3 })]
    [InlineData("\"x\"", 3, new[] { 4 }, new[] { 2, 3 })]
    [InlineData("\"9\"", 3, new[] { 4 }, new[] { 2, 3, 9 })]
    // The present version, by itself, weak, among others, or as whatever there is.
    [InlineData("\"3\"", 3, new[] { 4, 5 }, new[] { 2, 3 })]
    [InlineData("W/\"3\"", 3, new[] { 4 }, new[] { 3 })]
    [InlineData("\"3\", \"x\"", 3, new[] { 4 }, new[] { 3 })]
    [InlineData("*", 3, new[] { 4 }, new[] { 2, 3 })]
    // An older one: the present version is news.
    [InlineData("\"2\"", 3, new[] { 3, 4 }, new[] { 1, 2 })]
    [InlineData("\"2\", \"9\"", 3, new[] { 3, 4 }, new[] { 2, 9 })]
    [InlineData("\"3\", \"4\"", 3, new[] { 5 }, new[] { 3, 4 })]
    public void What_follows_a_known_version_is_news(string? tags, int present, int[] news, int[] others)
    {
        var known = Of(tags).From(present);
        Assert.All(news, version => Assert.True(known.IsNews(version, isLast: false), $"{version}"));
        Assert.All(others, version => Assert.False(known.IsNews(version, isLast: false), $"{version}"));
    }

    [Fact]
    public void The_last_version_is_news_to_whoever_does_not_know_it()
    {
        Assert.True(Of(null).From(3).IsNews(3, isLast: true));
        Assert.True(Of("\"9\"").From(3).IsNews(3, isLast: true));
        Assert.False(Of("\"3\"").From(3).IsNews(3, isLast: true));
        Assert.False(Of("*").From(3).IsNews(3, isLast: true));
    }

    [Fact]
    public void A_caller_may_know_a_newer_version_than_this_process()
    {
        Assert.True(Of("\"2\", W/\"4\"").IsAheadOf(3));
        Assert.False(Of("\"2\", \"3\", \"x\"").IsAheadOf(3));
    }

    private static KnownVersions Of(string? tags)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.IfNoneMatch = tags;
        return KnownVersions.Of(request);
    }
}
