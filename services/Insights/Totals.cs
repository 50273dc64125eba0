using System.Text.Json.Serialization.Metadata;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Insights;

/// <summary>Numbers that can be added up and taken off again.</summary>
public sealed class Totals
{
    // A bucket is 2^(1/4) times as long as the one before: 19 %.
    private const int BucketsPerDoubling = 4;

    /// <summary>Orders that were placed.</summary>
    public long Placed { get; set; }

    /// <summary>Orders whose seats were reserved.</summary>
    public long Reserved { get; set; }

    /// <summary>Orders that were paid.</summary>
    public long Paid { get; set; }

    /// <summary>Paid seats that were not given back.</summary>
    public long Seats { get; set; }

    /// <summary>What was paid for these seats, by currency.</summary>
    public SortedDictionary<string, decimal> Revenue { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Declined payments, by reason.</summary>
    public SortedDictionary<string, long> Declines { get; init; } = new(StringComparer.Ordinal);

    /// <summary>How many orders took how long from placed to paid, by <see cref="BucketOf"/>.</summary>
    public SortedDictionary<int, long> TimeToPay { get; init; } = [];

    /// <summary>The bucket of a time: 0 is up to a millisecond, and each further one ends 19 % later than the one before.</summary>
    public static int BucketOf(TimeSpan time) => (int)Math.Ceiling(BucketsPerDoubling * Math.Log2(Math.Max(1, time.TotalMilliseconds)));

    /// <summary>Where a bucket ends, in whole milliseconds.</summary>
    public static TimeSpan EndOf(int bucket) => TimeSpan.FromMilliseconds(Math.Ceiling(Math.Pow(2, (double)bucket / BucketsPerDoubling)));

    /// <summary>Adds others, or with -1 takes them off.</summary>
    public Totals Add(Totals others, int sign = 1)
    {
        Placed += sign * others.Placed;
        Reserved += sign * others.Reserved;
        Paid += sign * others.Paid;
        Seats += sign * others.Seats;
        foreach (var (currency, amount) in others.Revenue)
            Set(Revenue, currency, Money.Normalize(Revenue.GetValueOrDefault(currency) + (sign * amount)));
        foreach (var (reason, count) in others.Declines)
            Set(Declines, reason, Declines.GetValueOrDefault(reason) + (sign * count));
        foreach (var (bucket, count) in others.TimeToPay)
            Set(TimeToPay, bucket, TimeToPay.GetValueOrDefault(bucket) + (sign * count));
        return this;
    }

    /// <summary>The time within which this part of the paid orders was paid: the end of a bucket; null if none was.</summary>
    public TimeSpan? PercentileOfTimeToPay(double part)
    {
        var wanted = Math.Ceiling(part * TimeToPay.Values.Sum());
        foreach (var (bucket, count) in TimeToPay)
            if ((wanted -= count) <= 0)
                return EndOf(bucket);
        return null;
    }

    // Nothing is left of what was taken off, so that equal numbers look equal.
    private static void Set<TKey, TValue>(SortedDictionary<TKey, TValue> numbers, TKey key, TValue value)
        where TKey : notnull
        where TValue : struct
    {
        if (value.Equals(default(TValue)))
            numbers.Remove(key);
        else
            numbers[key] = value;
    }
}

/// <summary>How long the windows are that sales are counted in.</summary>
public enum WindowSize
{
    /// <summary>A minute; the next window begins where it ends.</summary>
    Minute,

    /// <summary>Five minutes; a window begins with each minute.</summary>
    FiveMinutes,

    /// <summary>An hour; the next window begins where it ends.</summary>
    Hour,
}

/// <summary>A result: the numbers of a ticket in a window. The newest record of a key has them all.</summary>
public sealed record WindowCounted(string TicketId, WindowSize Size, DateTimeOffset Start, Totals Totals) : IEvent<WindowCounted>
{
    /// <inheritdoc/>
    public static string TypeName => "insights.window";

    /// <inheritdoc/>
    public static string TopicName => Topics.InsightsWindows;

    /// <inheritdoc/>
    public static JsonTypeInfo<WindowCounted> Json => InsightsJson.Default.WindowCounted;

    string IEvent.Key => $"{TicketId}/{Size}/{Start.ToUnixTimeSeconds()}";
}

/// <summary>What is known of a ticket that is on sale.</summary>
public sealed record Listing(string Title, string SellerId, string Currency, long Version);

/// <summary>A result: all numbers of a ticket. The newest record of a ticket has them all.</summary>
public sealed record TicketCounted(string TicketId, Listing Listing, Totals Totals) : IEvent<TicketCounted>
{
    /// <inheritdoc/>
    public static string TypeName => "insights.ticket";

    /// <inheritdoc/>
    public static string TopicName => Topics.InsightsTickets;

    /// <inheritdoc/>
    public static JsonTypeInfo<TicketCounted> Json => InsightsJson.Default.TicketCounted;

    string IEvent.Key => TicketId;
}
