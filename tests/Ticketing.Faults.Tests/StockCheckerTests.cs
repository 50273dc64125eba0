using Ticketing.Faults.Tests.Checking.Rules;

namespace Ticketing.Faults.Tests;

/// <summary>The checker holds what is told of a ticket's stock against the states that were published of it.</summary>
public sealed class StockCheckerTests
{
    // Its last version, the seventh, has two seats available.
    private static SampleLog Log => SampleShop.Log();

    private static readonly Dictionary<string, (string Says, Snapshot Broken)> Cases = new()
    {
        ["low, and not told"] = ("ticket.low_stock of version 8 is not told", SampleShop.Of(Log.Ticket(8, 1, 1))),
        ["sold out, and not told"] = ("ticket.sold_out of version 8 is not told", SampleShop.Of(Log.Ticket(8, 2, 1))),
        ["sold out, and told as low"] = ("ticket.sold_out is to be told", SampleShop.Of(Log.Ticket(8, 2, 1).LowStock(8))),
        ["low, and told as sold out"] = ("ticket.low_stock is to be told", SampleShop.Of(Log.Ticket(8, 1, 1).SoldOut(8))),
        ["told with seats enough"] = ("version 7, of which nothing is to be told", SampleShop.Of(Log.LowStock(7))),
        ["told again while it stays low"] = ("version 9, of which nothing is to be told", SampleShop.Of(Log.Ticket(8, 1, 1).LowStock(8).Ticket(9, 0, 2).LowStock(9))),
        ["told while it is paused"] = ("version 8, of which nothing is to be told", SampleShop.Of(Log.Ticket(8, 1, 1, state: "paused").LowStock(8))),
        ["told of no version"] = ("version 9, of which nothing is to be told", SampleShop.Of(Log.Ticket(8, 1, 1).LowStock(9))),
        ["sold out, and refilled"] = ("version 2, of which nothing is to be told", SampleShop.Of(Log.Refilled(1, 0).Refilled(2, 3).SoldOut(2, "refilled").Refilled(3, 3, 6))),
        ["low after a refill, and not told"] = ("ticket.low_stock of version 4 is not told", SampleShop.Of(Log.Refilled(1, 0).Refilled(2, 3).Refilled(3, 3, 6).Refilled(4, 4, 6))),
        ["told with seats enough in a lost log"] = ("version 7, of which nothing is to be told", SampleShop.Of(Log.LowStock(7)).Lose("tickets")),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_run_that_tells_of_stock_wrongly_is_found(string name)
    {
        var (says, broken) = Cases[name];
        Assert.Contains(Checker.Check(broken), violation => violation.Rule == nameof(StockIsTold) && violation.Detail.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void Stock_is_told_again_when_it_falls_again_and_what_a_refill_prevents_is_not_told() => Assert.Empty(
        Checker.Check(SampleShop.Of(Log
                .Ticket(8, 2, 1).SoldOut(8).Ticket(9, 1, 1).Ticket(10, 2, 1).SoldOut(10).SoldOut(10)
                .Refilled(1, 0).Refilled(2, 3).Refilled(3, 3, 6).Refilled(4, 4, 6).LowStock(4, "refilled")))
            .Where(violation => violation.Rule == nameof(StockIsTold)).Select(violation => violation.Detail));
}
