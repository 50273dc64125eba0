using Confluent.Kafka;

namespace Ticketing.Messaging.Tests;

public sealed class ErrorNewsTests
{
    private const string Refused = "127.0.0.1:9092/1: Connect to ipv4#127.0.0.1:9092 failed: Connection refused";

    private readonly Clock _clock = new();
    private readonly ErrorNews _news;

    public ErrorNewsTests() => _news = new(_clock);

    [Fact]
    public void What_every_attempt_to_connect_tells_is_news_once_a_minute()
    {
        Assert.True(IsNews($"{Refused} (after 0ms in state CONNECT)"));
        Assert.False(IsNews($"{Refused} (after 1ms in state CONNECT, 5 identical error(s) suppressed)"));
        _clock.Pass(TimeSpan.FromSeconds(59));
        Assert.False(IsNews($"{Refused} (after 0ms in state CONNECT)"));
        _clock.Pass(TimeSpan.FromSeconds(1));
        Assert.True(IsNews($"{Refused} (after 0ms in state CONNECT)"));
        Assert.False(IsNews($"{Refused} (after 0ms in state CONNECT)"));
    }

    [Fact]
    public void Another_broker_or_another_reason_is_news()
    {
        Assert.True(IsNews(Refused));
        Assert.True(IsNews(Refused.Replace("/1", "/2", StringComparison.Ordinal)));
        Assert.True(IsNews("127.0.0.1:9092/1: Disconnected (after 5002ms in state UP)"));
        Assert.True(_news.IsNews(new(ErrorCode.Local_TimedOut, Refused)));
    }

    [Fact]
    public void That_all_brokers_are_away_says_nothing_that_was_not_told_of_each() =>
        Assert.False(_news.IsNews(new(ErrorCode.Local_AllBrokersDown, "1/1 brokers are down")));

    [Fact]
    public void Of_many_errors_the_last_ones_are_known()
    {
        for (var i = 0; i < 1000; i++)
            Assert.True(IsNews($"broker {i}"));
        Assert.False(IsNews("broker 999"));
    }

    private bool IsNews(string reason) => _news.IsNews(new(ErrorCode.Local_Transport, reason));

    private sealed class Clock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Pass(TimeSpan time) => _now += time.Ticks;
    }
}
