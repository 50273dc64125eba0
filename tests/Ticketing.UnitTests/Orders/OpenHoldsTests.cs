using FsCheck;
using FsCheck.Fluent;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Documents.Memory;
using Ticketing.Messaging;
using Ticketing.Orders;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Orders;

/// <summary>How many unpaid orders a buyer may have at a time.</summary>
public sealed class OpenHoldsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_buyer_with_too_many_unpaid_orders_cannot_place_another_one()
    {
        var refusal = Place(null, tooMany: 5).Refusal!;
        Assert.Equal((RefusalKind.TooMany, "You have 5 unpaid orders. Pay or cancel one of them first."), (refusal.Kind, refusal.Detail));
        Assert.Equal("You have 1 unpaid order. Pay or cancel it first.", Place(null, tooMany: 1).Refusal!.Detail);
    }

    [Fact]
    public void The_same_key_is_answered_with_its_order_even_then() => Given(Some.Order()).When(order => Place(order, tooMany: 5)).ThenNothing();

    [Theory]
    [InlineData(OrderStatus.Created, 2)]
    [InlineData(OrderStatus.PendingPayment, 3)]
    public void An_order_that_is_one_too_many_is_cancelled(OrderStatus status, long version) =>
        Given(Some.Order(status)).When(Order.GiveUp).Then(Some.Is<OrderCancelled>(version, "too_many_unpaid"));

    [Theory]
    [InlineData(OrderStatus.Completed)]
    [InlineData(OrderStatus.Cancelled)]
    [InlineData(OrderStatus.Failed)]
    public void An_order_that_is_no_longer_unpaid_does_not_give_up(OrderStatus status) => Given(Some.Order(status)).When(Order.GiveUp).ThenNothing();

    [Fact]
    public async Task Only_a_buyers_own_unpaid_orders_count_whose_hold_is_not_over()
    {
        var store = new MemoryDatabase().Store(Order.Documents);
        await StoreAsync("late", order => order with { ExpiresAt = Some.Noon.AddSeconds(2) });
        await StoreAsync("soon", order => order with { ExpiresAt = Some.Noon.AddSeconds(1), Status = OrderStatus.PendingPayment });
        // Nobody has ended its hold yet.
        await StoreAsync("over", order => order with { ExpiresAt = Some.Noon.AddSeconds(-1) });
        foreach (var status in (OrderStatus[])[OrderStatus.Completed, OrderStatus.Cancelled, OrderStatus.Failed])
            await StoreAsync($"{status}", order => order with { Status = status });
        await StoreAsync("another's", order => order with { UserId = Some.Buyer + "2" });

        Assert.Equal(["soon", "late"], await FindAsync(9));
        Assert.Equal(["soon"], await FindAsync(1));
        await StoreAsync("late", order => order with { Status = OrderStatus.Completed }, revision: 2);
        Assert.Equal(["soon"], await FindAsync(9));

        async Task StoreAsync(string id, Func<Order, Order> change, long revision = 1) =>
            Assert.True((await store.WriteManyAsync([new(id, revision, change(Some.Order() with { Id = id }), [])], Cancellation))[0]);

        async Task<IEnumerable<string>> FindAsync(int limit) =>
            (await store.QueryAsync(Order.Open(Some.Buyer, Some.Noon, limit), Cancellation)).Select(document => document.Id);
    }

    [Fact]
    public void However_instances_place_orders_at_once_as_many_stay_as_are_allowed() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Race.Arbitrary, race => race.Run()));

    private static Decision<Order> Place(Order? order, int? tooMany = null) =>
        Order.Place(order, "o", Some.Buyer, [(Some.Replica(), 2)], Some.Hold, Some.Noon, tooMany: tooMany);

    /// <summary>Instances of Orders on one store, each of which lets one buyer place one order after the other.</summary>
    private sealed record Race(int Max, int[] Attempts, int[] Schedule)
    {
        public static Arbitrary<Race> Arbitrary { get; } = Arb.From(
            from max in Gen.Choose(1, 4)
            from instances in Gen.Choose(2, 3)
            from attempts in Gen.Choose(0, 5).ArrayOf(instances)
            from schedule in Gen.Choose(0, instances - 1).ArrayOf()
            select new Race(max, attempts, schedule));

        public void Run()
        {
            var store = new MemoryDatabase().Store(Order.Documents);
            var instances = Attempts.Select((attempts, i) => new Instance($"{i}", Max, attempts, store)).ToArray();
            var now = Some.Noon;
            foreach (var next in Schedule)
                StepOf(instances[next], lastsLong: false);
            // An order waits for others only until all of them have done what they can.
            while (instances.Any(instance => !instance.IsDone))
                StepOf(instances.FirstOrDefault(instance => instance is { IsDone: false, Waits: false }) ?? instances.First(instance => !instance.IsDone), lastsLong: true);
            Assert.Equal(Math.Min(Max, Attempts.Sum()), instances.Sum(instance => instance.Placed));

            void StepOf(Instance instance, bool lastsLong)
            {
                instance.Step(now = now.AddMilliseconds(1), lastsLong && instances.All(other => other.IsDone || other.Waits));
                Assert.InRange(instances.Sum(other => other.Placed), 0, Max);
            }
        }
    }

    /// <summary>What an instance does with a buyer's calls, step by step: it counts, decides, stores, and counts again.</summary>
    private sealed class Instance(string name, int max, int attempts, IDocumentStore<Order> store)
    {
        private int _attempt;
        private int? _tooMany;
        private Order? _order;
        private Action<DateTimeOffset, bool>? _next;

        public int Placed { get; private set; }

        public bool Waits { get; private set; }

        public bool IsDone => _next is null && _attempt == attempts;

        public void Step(DateTimeOffset now, bool isImpatient)
        {
            if (!IsDone)
                (_next ?? Count)(now, isImpatient);
        }

        private void Count(DateTimeOffset now, bool isImpatient)
        {
            _attempt++;
            _tooMany = Open(now, max).Count is var count && count >= max ? count : null;
            _next = Decide;
        }

        private void Decide(DateTimeOffset now, bool isImpatient)
        {
            var id = $"{name}-{_attempt}";
            _order = Order.Place(null, id, Some.Buyer, [(Some.Replica(), 1)], Some.Hold, now, tooMany: _tooMany).State;
            _next = _order is null ? null : Store;
        }

        private void Store(DateTimeOffset now, bool isImpatient)
        {
            Write(1, _order!);
            _next = CountAgain;
        }

        private void CountAgain(DateTimeOffset now, bool isImpatient)
        {
            var verdict = OpenHolds.Judge(_order!.Id, Open(now, max + 1), max);
            Waits = verdict == Verdict.Waits && !isImpatient;
            if (Waits)
                return;
            if (verdict == Verdict.Stays)
                Placed++;
            else
                Write(2, Order.GiveUp(_order).State!);
            _next = null;
        }

        private List<Order> Open(DateTimeOffset now, int limit) =>
            [.. store.QueryAsync(Order.Open(Some.Buyer, now, limit)).AsTask().Result.Select(document => document.State)];

        private void Write(long revision, Order order) =>
            Assert.True(store.WriteManyAsync([new(order.Id, revision, order, [])]).AsTask().Result[0]);
    }
}
