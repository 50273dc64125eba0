using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging;
using Ticketing.Logging;

namespace Ticketing.UnitTests.Logging;

/// <summary>What waits to be written is bounded, and under pressure the least severe is dropped first, and counted.</summary>
public sealed class LogBufferTests
{
    private const int MaxRecords = 5;
    private const int MaxBytes = 400;

    /// <summary>A step: a record of a level comes, some are taken out, or the fate of one that was taken out is known.</summary>
    private sealed record Step(LogLevel? Level, int Size, int Take);

    [Fact]
    public void It_is_never_beyond_its_bounds_never_drops_the_more_severe_and_counts_exactly()
    {
        var step = Gen.OneOf(
            from level in Gen.Choose(0, LogCounts.Levels - 1)
            from size in Gen.Choose(64, 200)
            select new Step((LogLevel)level, size, 0),
            from take in Gen.Choose(0, 3)
            select new Step(null, 0, take));
        Prop.ForAll(Arb.From(Gen.ListOf(step)), steps => Holds([.. steps])).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_is_most_severe_goes_first_and_of_that_what_came_first()
    {
        var buffer = new LogBuffer(10, 1000, new());
        foreach (var (level, size) in new[] { (LogLevel.Debug, 64), (LogLevel.Error, 65), (LogLevel.Information, 66), (LogLevel.Error, 67) })
            buffer.Add(level, new byte[size]);

        Assert.Equal([65, 67, 66], buffer.Take(3).Select(taken => taken.Record.Length));
        Assert.Equal([64], buffer.Take(3).Select(taken => taken.Record.Length));
    }

    [Fact]
    public void An_error_takes_the_place_of_the_oldest_debug_record()
    {
        var dropped = new LogCounts();
        var buffer = new LogBuffer(3, 1000, dropped);
        buffer.Add(LogLevel.Debug, new byte[64]);
        buffer.Add(LogLevel.Debug, new byte[65]);
        buffer.Add(LogLevel.Information, new byte[66]);

        Assert.False(buffer.Takes(LogLevel.Debug));
        Assert.True(buffer.Takes(LogLevel.Information));
        buffer.Add(LogLevel.Error, new byte[67]);

        Assert.Equal([67, 66, 65], buffer.Take(10).Select(taken => taken.Record.Length));
        Assert.Equal([0, 1, 0, 0, 0, 0], dropped.ToArray());
    }

    [Fact]
    public void The_last_quarter_of_the_room_is_for_what_is_more_severe_than_debug()
    {
        var dropped = new LogCounts();
        var buffer = new LogBuffer(8, 8000, dropped);
        for (var i = 0; i < 7; i++)
            buffer.Add(LogLevel.Debug, new byte[64]);

        Assert.Equal(6, buffer.Waiting);
        Assert.Equal([0, 1, 0, 0, 0, 0], dropped.ToArray());
        Assert.False(buffer.Takes(LogLevel.Debug));
        Assert.True(buffer.Takes(LogLevel.Information));
        buffer.Add(LogLevel.Information, new byte[64]);
        buffer.Add(LogLevel.Information, new byte[64]);
        Assert.Equal((8, 1), (buffer.Waiting, dropped.Total));

        foreach (var (_, record) in buffer.Take(3))
            buffer.Leave(record.Length);
        Assert.True(buffer.Takes(LogLevel.Debug));
    }

    // The model: what waits, by level.
    private static bool Holds(IReadOnlyList<Step> steps)
    {
        var dropped = new LogCounts();
        var buffer = new LogBuffer(MaxRecords, MaxBytes, dropped);
        var waiting = new int[LogCounts.Levels];
        var (added, left, out_) = (new int[LogCounts.Levels], new int[LogCounts.Levels], new Queue<(LogLevel Level, byte[] Record)>());
        foreach (var step in steps)
        {
            var before = dropped.ToArray();
            if (step.Level is { } level)
            {
                var wasTaken = buffer.Takes(level);
                added[(int)level]++;
                buffer.Add(level, new byte[step.Size]);
                waiting[(int)level]++;
                for (var one = 0; one < LogCounts.Levels; one++)
                {
                    var gone = (int)(dropped[(LogLevel)one] - before[one]);
                    waiting[one] -= gone;
                    // Nothing less severe is left where something was dropped, and what is not worth its making is dropped.
                    if (gone > 0 && waiting[..one].Sum() > 0)
                        return false;
                }
                if (!wasTaken && dropped[level] == before[(int)level])
                    return false;
            }
            else
            {
                // What was taken out before is done with.
                while (out_.TryDequeue(out var done))
                    buffer.Leave(done.Record.Length);
                foreach (var taken in buffer.Take(step.Take))
                {
                    out_.Enqueue(taken);
                    left[(int)taken.Level]++;
                    waiting[(int)taken.Level]--;
                    if (waiting[((int)taken.Level + 1)..].Sum() > 0)
                        return false;
                }
            }
            if (buffer.Records > MaxRecords || buffer.Bytes > MaxBytes || buffer.Waiting != waiting.Sum() || buffer.Records != waiting.Sum() + out_.Count)
                return false;
            for (var one = 0; one < LogCounts.Levels; one++)
                if (added[one] != left[one] + waiting[one] + dropped[(LogLevel)one])
                    return false;
        }
        return true;
    }
}
