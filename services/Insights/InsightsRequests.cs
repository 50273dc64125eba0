using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Ticketing.ServiceDefaults;

namespace Ticketing.Insights;

/// <summary>Which numbers are wanted.</summary>
public sealed record InsightsQuery(
    [FromQuery(Name = "from")][property: Description("From when on. The window that it is in counts as a whole. By default an hour before to, or a day with steps of an hour."), Moment] string? From,
    [FromQuery(Name = "to")][property: Description("Before when. The window that it is in counts as a whole. By default the present."), Moment] string? To,
    [FromQuery(Name = "step")][property: Description("How long each window is: minute, fiveMinutes, of which one begins with each minute, or hour. By default minute."), StepName] string? Step)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    internal WindowSize Size => StepNameAttribute.Read(Step) ?? WindowSize.Minute;

    /// <summary>How much can be asked for at once.</summary>
    internal TimeSpan MaxRange => Size == WindowSize.Hour ? TimeSpan.FromDays(90) : TimeSpan.FromDays(1);

    /// <summary>From when to when whole windows are.</summary>
    internal (DateTimeOffset From, DateTimeOffset To) Range(DateTimeOffset now)
    {
        var step = Size == WindowSize.Hour ? Hour : Minute;
        var to = MomentAttribute.Read(To) ?? now;
        var from = MomentAttribute.Read(From) ?? to - (Size == WindowSize.Hour ? TimeSpan.FromDays(1) : Hour);
        return (Floor(from), Floor(to + step - TimeSpan.FromTicks(1)));

        DateTimeOffset Floor(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % step.Ticks), TimeSpan.Zero);
    }
}

/// <summary>The name of a step.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class StepNameAttribute() : ValidationAttribute("must be minute, fiveMinutes or hour.")
{
    public static WindowSize? Read(string? name) => name switch
    {
        "minute" => WindowSize.Minute,
        "fiveMinutes" => WindowSize.FiveMinutes,
        "hour" => WindowSize.Hour,
        _ => null,
    };

    public override bool IsValid(object? value) => value is null || (value is string name && Read(name) is not null);
}

/// <summary>What was sold in a time.</summary>
/// <param name="TicketId">The ticket that it is about, if it is about one.</param>
/// <param name="Title">Its title.</param>
/// <param name="SellerId">The seller whom it is about, if it is about one.</param>
/// <param name="From">Where the first window begins.</param>
/// <param name="To">Where the last window ends.</param>
/// <param name="Step">How long the windows are: minute, fiveMinutes or hour.</param>
/// <param name="Sales">All of this time.</param>
/// <param name="ReservedOfPlaced">The part of the placed orders that got their seats; missing if none was placed.</param>
/// <param name="PaidOfReserved">The part of the orders with seats that was paid; missing if none got seats.</param>
/// <param name="TimeToPay">How long it took from placed to paid; missing if none was paid.</param>
/// <param name="Declines">Declined payments, by reason.</param>
/// <param name="Busiest">The five minutes in which the most orders were placed, the busiest first.</param>
/// <param name="Windows">The windows in their order. One in which nothing happened is left out.</param>
public sealed record InsightsResponse(
    string? TicketId, string? Title, string? SellerId, DateTimeOffset From, DateTimeOffset To, string Step, SalesResponse Sales, double? ReservedOfPlaced,
    double? PaidOfReserved, TimeToPayResponse? TimeToPay, IReadOnlyDictionary<string, long> Declines, IReadOnlyList<WindowResponse> Busiest, IReadOnlyList<WindowResponse> Windows)
{
    private const int BusiestMinutes = 5;

    internal static InsightsResponse Of(
        TicketCounted? ticket, string? seller, string step, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<WindowCounted> minutes, IReadOnlyList<WindowCounted> windows)
    {
        var all = Sum(minutes);
        return new(
            ticket?.TicketId, ticket?.Listing.Title, seller ?? ticket?.Listing.SellerId, from, to, step, SalesResponse.Of(all), Part(all.Reserved, all.Placed), Part(all.Paid, all.Reserved),
            TimeToPayResponse.Of(all), all.Declines,
            [.. Windowed(minutes).Where(minute => minute.Sales.Placed > 0).OrderByDescending(minute => minute.Sales.Placed).ThenBy(minute => minute.At).Take(BusiestMinutes)],
            [.. Windowed(windows)]);
    }

    // Of several tickets, each window is the sum of theirs. What has become nothing, because it was told otherwise later, is nothing.
    private static IEnumerable<WindowResponse> Windowed(IEnumerable<WindowCounted> windows) =>
        windows.GroupBy(window => window.Start).OrderBy(same => same.Key).Select(same => new WindowResponse(same.Key, SalesResponse.Of(Sum(same))));

    private static Totals Sum(IEnumerable<WindowCounted> windows) => windows.Aggregate(new Totals(), (all, window) => all.Add(window.Totals));

    private static double? Part(long part, long all) => all == 0 ? null : Math.Round((double)part / all, 4);
}

/// <summary>What was sold in a window.</summary>
/// <param name="At">When it begins.</param>
/// <param name="Sales">What was sold.</param>
public sealed record WindowResponse(DateTimeOffset At, SalesResponse Sales);

/// <summary>What was sold.</summary>
/// <param name="Placed">Orders that were placed.</param>
/// <param name="Reserved">Orders whose seats were reserved.</param>
/// <param name="Paid">Orders that were paid.</param>
/// <param name="Seats">Paid seats that were not given back.</param>
/// <param name="Revenue">What was paid for these seats, by currency.</param>
public sealed record SalesResponse(long Placed, long Reserved, long Paid, long Seats, IReadOnlyDictionary<string, decimal> Revenue)
{
    internal static SalesResponse Of(Totals totals) => new(totals.Placed, totals.Reserved, totals.Paid, totals.Seats, totals.Revenue);
}

/// <summary>How long it took from placed to paid. A time may be 19 % and a millisecond too long.</summary>
/// <param name="P50Ms">Milliseconds within which half of the orders were paid.</param>
/// <param name="P90Ms">Nine of ten.</param>
/// <param name="P99Ms">99 of 100.</param>
public sealed record TimeToPayResponse(long P50Ms, long P90Ms, long P99Ms)
{
    internal static TimeToPayResponse? Of(Totals totals) => totals.TimeToPay.Count == 0 ? null : new(Percentile(totals, 0.5), Percentile(totals, 0.9), Percentile(totals, 0.99));

    private static long Percentile(Totals totals, double part) => (long)(totals.PercentileOfTimeToPay(part)!.Value.TotalMilliseconds);
}

/// <summary>All that was sold of a ticket.</summary>
/// <param name="TicketId">The ticket.</param>
/// <param name="Title">Its title.</param>
/// <param name="SellerId">Who sells it.</param>
/// <param name="Sales">What was sold.</param>
public sealed record TicketResponse(string TicketId, string Title, string SellerId, SalesResponse Sales)
{
    internal static TicketResponse Of(TicketCounted ticket) => new(ticket.TicketId, ticket.Listing.Title, ticket.Listing.SellerId, SalesResponse.Of(ticket.Totals));
}

/// <summary>How far Insights is behind.</summary>
/// <param name="Records">How many records are not counted yet, by topic.</param>
public sealed record LagResponse(IReadOnlyDictionary<string, long> Records);
