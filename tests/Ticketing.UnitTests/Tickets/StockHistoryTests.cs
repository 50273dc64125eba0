using FsCheck;
using FsCheck.Fluent;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Tickets;

namespace Ticketing.UnitTests.Tickets;

/// <summary>Whatever buyers and the seller do in whatever order: whoever follows a ticket's events finds them consistent.</summary>
public sealed class StockHistoryTests
{
    private const int Histories = 2000;

    private static readonly Gen<(Act Act, int A, int B)> Step =
        from act in Gen.Elements(Enum.GetValues<Act>().Concat(Enumerable.Repeat(Act.Reserve, 8)).Concat(Enumerable.Repeat(Act.Release, 4)).Concat(Enumerable.Repeat(Act.Resume, 2)))
        from a in Gen.Choose(0, 99)
        from b in Gen.Choose(0, 99)
        select (act, a, b);

    private static readonly Gen<(Act Act, int A, int B)[]> History = from length in Gen.Choose(1, 60) from steps in Step.ArrayOf(length) select steps;

    private enum Act
    {
        Reserve, Sell, Release, Quantity, LowStockAt, Refill, NoRefill, Pause, Resume, Withdraw, Cancel,
    }

    [Fact]
    public void Stock_is_told_once_each_time_that_it_falls_and_no_history_breaks_a_law()
    {
        var told = new HashSet<string>();
        var arbitrary = Arb.From(History, steps => Enumerable.Range(0, steps.Length).Select(left => steps.Where((_, i) => i != left).ToArray()));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Histories), Prop.ForAll(arbitrary, steps => Run(steps, told)));

        // What never happens proves nothing.
        Assert.Equal(["low again", "refilled", "refilled twice at once", "sold out again", "ticket.low_stock", "ticket.sold_out"], told.Order());
    }

    private static void Run((Act Act, int A, int B)[] steps, HashSet<string> told)
    {
        var (first, reader) = (steps[..Math.Min(1, steps.Length)].FirstOrDefault(), new Reader(told));
        var ticket = Ticket.List("t", Some.Seller, "Front row", 10, "USD", 1 + (first.A % 30), new() { LowStockAt = first.B % 3 == 0 ? null : first.B % 10 });
        reader.Read(ticket.Events!);
        var state = ticket.State!;
        for (var i = 0; i < steps.Length; i++)
        {
            var decision = Decide(state, steps[i], i);
            state = decision.State ?? state;
            if (decision.Events is { Count: > 0 } events)
                reader.Read(events);
            reader.IsAsStored(state);
            reader.HearsAgain(state.Tell());
        }
    }

    private static Decision<Ticket> Decide(Ticket ticket, (Act Act, int A, int B) step, int number)
    {
        var (act, a, b) = step;
        return act switch
        {
            Act.Reserve => Ticket.Reserve(ticket, Some.Created(1 + (a % 12)) with { Id = $"o{number}", OrderId = $"o{number}" }, Some.Noon),
            Act.Sell when Pick(ticket.Holds.Keys, a) is { } id =>
                Ticket.Sell(ticket, Some.Of(Some.Is<OrderCompleted>(3), ("t", ticket.Holds[id].Count)) with { Id = id, OrderId = id }, Some.Noon),
            Act.Release when Pick(ticket.Holds.Keys.Concat(ticket.Sales.ByOrder.Keys), a) is { } id =>
                Ticket.Release(ticket, Some.Is<OrderCancelled>(4) with { Id = id, OrderId = id }, Some.Noon),
            Act.Quantity => Ticket.Change(ticket, Some.Seller, null, null, 1 + (a % 40)),
            Act.LowStockAt => Change(ticket, details => details with { LowStockAt = a % 4 == 0 ? null : b % 12 }),
            Act.Refill => Change(ticket, details => details with { Refill = new(a % 9, 1 + (b % 5), 1 + ((a + b) % 40), details.Refill?.Released ?? 0) }),
            Act.NoRefill => Change(ticket, details => details with { Refill = null }),
            Act.Pause => Ticket.Pause(ticket, Some.Seller),
            Act.Resume => Ticket.Resume(ticket, Some.Seller),
            Act.Withdraw when a < 10 => Ticket.Withdraw(ticket, Some.Seller),
            Act.Cancel when a < 10 => Ticket.Cancel(ticket, Some.Seller, Some.Noon),
            _ => Decision<Ticket>.Nothing,
        };
    }

    private static Decision<Ticket> Change(Ticket ticket, Func<TicketDetails, TicketDetails> change) => Ticket.Change(ticket, Some.Seller, null, null, null, change);

    private static string? Pick(IEnumerable<string> ids, int which) => ids.Order(StringComparer.Ordinal).ToList() is { Count: > 0 } all ? all[which % all.Count] : null;

    /// <summary>Follows the events of one ticket, and knows only what they say.</summary>
    private sealed class Reader(HashSet<string> told)
    {
        private TicketState? _state;
        private TicketLowStock? _low;
        private TicketSoldOut? _soldOut;

        // Nothing is told as long as it stays where it fell to.
        private bool _wasAbove, _wasFree;

        public void Read(IReadOnlyList<IEvent> events)
        {
            var states = events.OfType<TicketState>().ToList();
            foreach (var state in states)
            {
                Assert.Equal((_state?.Version ?? 0) + 1, state.Version);
                Assert.InRange(state.Held + state.Sold, 0, state.Quantity);
                Assert.True(state.Refill is null || state.Refill.Released <= state.Refill.UpTo);
                if (state != states[0])
                {
                    var added = state.Refill!.Released - _state!.Refill!.Released;
                    Assert.True(Available(_state) <= _state.Refill.Below && state.State == SaleState.OnSale);
                    Assert.Equal((Math.Min(_state.Refill.Amount, _state.Refill.UpTo - _state.Refill.Released), added), (added, state.Quantity - _state.Quantity));
                }
                _state = state;
            }
            Assert.True(_state is not { State: SaleState.OnSale, Refill: { } refill } || refill.Released == refill.UpTo || Available(_state) > refill.Below);
            ReadStock(events.OfType<TicketStock>().ToList(), isListing: states is [TicketCreated, ..]);
            if (states.Count > 1)
                told.Add(states.Count > 2 ? "refilled twice at once" : "refilled");
        }

        private void ReadStock(List<TicketStock> stock, bool isListing)
        {
            var (available, threshold) = (Available(_state!), Threshold(_state!));
            var isSoldOut = available == 0 && _wasFree && _state!.State == SaleState.OnSale;
            var isLow = available <= threshold && _wasAbove && _state!.State == SaleState.OnSale && !isSoldOut;
            Assert.Equal(isSoldOut ? ["ticket.sold_out"] : isLow ? ["ticket.low_stock"] : [], stock.Select(e => ((IEvent)e).Type.Name));
            Assert.All(stock, e => Assert.Equal(("t", "t", "Front row", Some.Seller, _state!.Version), (e.Id, e.TicketId, e.Title, e.UserId, e.Version)));
            foreach (var e in stock)
                told.Add((e is TicketLowStock ? _low : (TicketStock?)_soldOut) is null ? ((IEvent)e).Type.Name : e is TicketLowStock ? "low again" : "sold out again");
            (_low, _soldOut) = (stock.OfType<TicketLowStock>().SingleOrDefault() ?? _low, stock.OfType<TicketSoldOut>().SingleOrDefault() ?? _soldOut);
            Assert.True(!isLow || (_low!.Available, _low.Threshold) == (available, threshold));
            Assert.True(!isSoldOut || _soldOut!.Quantity == _state!.Quantity);
            (_wasAbove, _wasFree) = (available > threshold, available > 0);
            Assert.True(!isListing || stock.Count == 0);
        }

        public void IsAsStored(Ticket ticket) => Assert.Equal(
            (_state!.Version, _state.Quantity, _state.Held, _state.Sold, _state.State, _state.Refill?.Released),
            (ticket.Version, ticket.Quantity, ticket.Held, ticket.Sold, ticket.State, ticket.Details.Refill?.Released));

        /// <summary>What is told again is what was heard, and only what is so still.</summary>
        public void HearsAgain(IReadOnlyList<IEvent> events)
        {
            Assert.Equal(_state!.Version, events.OfType<TicketState>().Single().Version);
            foreach (var low in events.OfType<TicketLowStock>())
                Assert.Equal((true, _low?.Version), (!_wasAbove, low.Version));
            foreach (var soldOut in events.OfType<TicketSoldOut>())
                Assert.Equal((true, _soldOut), (!_wasFree, soldOut));
        }

        private static int Available(TicketState state) => state.Quantity - state.Held - state.Sold;

        private static int Threshold(TicketState state) => state.LowStockAt ?? Math.Min(100, (int)Math.Ceiling(state.Quantity / 10m));
    }
}
