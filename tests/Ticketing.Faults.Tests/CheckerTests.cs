using System.Text.Json.Nodes;
using Ticketing.Faults.Tests.Checking.Rules;

namespace Ticketing.Faults.Tests;

/// <summary>The checker finds nothing where nothing is wrong, and what is wrong where one thing is.</summary>
public sealed class CheckerTests
{
    private static readonly Snapshot Clean = SampleShop.Clean();
    private static readonly Snapshot Given = SampleShop.WithGivenSeats();
    private static readonly Snapshot Disputed = SampleShop.WithDisputes();

    private static readonly Dictionary<string, (string Rule, Snapshot Broken)> Cases = new()
    {
        ["acknowledged order lost"] = (nameof(OrdersExist), Clean with { Acknowledged = [.. Clean.Acknowledged, "lost"] }),
        ["session good after it ended"] = (nameof(SessionsHaveEnded), Clean with { EndedSessions = [new("gone", []), new("here", [new("http://orders")])] }),
        ["sign-up not told"] = (nameof(AccountsAreTold), WithoutAccount(e => e is { Id: "buyer", Version: 1 })),
        ["sign-up told twice"] = (nameof(AccountsAreTold), SampleShop.Of(SampleShop.Log().Account("buyer", "created", 1, "buyer@shop.example"))),
        ["sign-up told with another address"] = (nameof(AccountsAreTold), Clean with { People = [.. Clean.People, new("buyer", "else@shop.example", false)] }),
        ["sign-up of which nothing is told"] = (nameof(AccountsAreTold), Clean with { People = [.. Clean.People, new("nobody", "nobody@shop.example", false)] }),
        ["address forgotten"] = (nameof(AccountsAreTold), SampleShop.Of(SampleShop.Log().Account("buyer", "updated", 3))),
        ["deletion not told"] = (nameof(AccountsAreTold), WithoutAccount(e => e is { Id: "left", Version: 2 })),
        ["deletion revoked"] = (nameof(AccountsAreTold), SampleShop.Of(SampleShop.Log().Account("left", "updated", 3, "left@shop.example"))),
        ["deletion that says whose"] = (nameof(AccountsAreTold), SampleShop.Of(SampleShop.Log().Account("left", "deleted", 3, "left@shop.example"))),
        ["account's version left out"] = (nameof(VersionsFollow), SampleShop.Of(SampleShop.Log().Account("buyer", "updated", 4, "buyer@shop.example"))),
        ["order alive after its hold"] = (nameof(OrdersExist), Clean.Change("orders", "orders", "late", o => o["status"] = "pending_payment")),
        ["oversold on the way"] = (nameof(SeatsAreCounted), SampleShop.Of(SampleShop.Log().Ticket(8, 3, 1))),
        ["fewer than no seats held"] = (nameof(SeatsAreCounted), SampleShop.Of(SampleShop.Log().Ticket(8, -1, 1))),
        ["seat held by a dead order"] = (nameof(SeatsMatchOrders), Hold("late")),
        ["seat held by no order"] = (nameof(SeatsMatchOrders), Hold("nobody")),
        ["seat not sold"] = (nameof(SeatsMatchOrders), Ticket(t => (t["holds"], t["sales"]) = (new JsonObject { ["paid"] = 1 }, ""))),
        ["completed without seats"] = (nameof(SeatsMatchOrders), Ticket(t => t["sales"] = "")),
        ["completed without the seats of one line"] = (nameof(SeatsMatchOrders), Clean.Change(
            "orders", "orders", "paid", o => o["lines"]!.AsArray().Add(new JsonObject { ["ticketId"] = "other", ["quantity"] = 1, ["unitPrice"] = 0 }))),
        ["seats of a line that the order does not have"] = (nameof(SeatsMatchOrders), Clean.Change("orders", "orders", "paid", o => o["lines"]![0]!["quantity"] = 2)),
        ["miscounted"] = (nameof(SeatsMatchOrders), Ticket(t => t["held"] = 1)),
        ["captured twice"] = (nameof(MoneyMatchesOrders), SampleShop.Of(SampleShop.Log().Payment("paid", "succeeded", 3, 10))),
        ["refunded twice"] = (nameof(MoneyMatchesOrders), SampleShop.Of(SampleShop.Log().Payment("back", "refunded", 4, 10))),
        ["captured for a dead order"] = (nameof(MoneyMatchesOrders), Without("payment.refunded", "back")),
        ["completed without money"] = (nameof(MoneyMatchesOrders), Without("payment.succeeded", "paid")),
        ["version left out"] = (nameof(VersionsFollow), Without("order.pending", "paid")),
        ["version with two contents"] = (nameof(VersionsFollow), SampleShop.Of(SampleShop.Log().Order("paid", "completed", 3, 2, 20))),
        ["versions in disorder"] = (nameof(VersionsFollow), Clean with { Log = [.. Clean.Log.Reverse()] }),
        ["outbox not empty"] = (nameof(ChangesArePublished), Clean with { Documents = [.. Clean.Documents.Select(d => d with { Unpublished = 1 })] }),
        ["stored, not published"] = (nameof(ChangesArePublished), Without("order.completed", "paid")),
        ["published, not stored"] = (nameof(ChangesArePublished), SampleShop.Of(SampleShop.Log().Order("paid", "cancelled", 4, 1, 10))),
        ["published, never stored"] = (nameof(ChangesArePublished), SampleShop.Of(SampleShop.Log().Order("ghost", "created", 1, 1, 10))),
        ["payment not published"] = (nameof(ChangesArePublished), Without("payment.succeeded", "back", "payment.refunded")),
        ["ticket's replica stale"] = (nameof(ReplicasEqualSources), Clean.Change("orders", "tickets", "ticket", r => r["available"] = 3)),
        ["order's replica stale"] = (nameof(ReplicasEqualSources), Clean.Change("payments", "payments", "late", p => p["orderVersion"] = 2)),
        ["timer missing"] = (nameof(ReplicasEqualSources), Clean with { Documents = [.. Clean.Documents.Where(d => (d.Type, d.Id) != ("timers", "late"))] }),
        ["timer never cleared"] = (nameof(ReplicasEqualSources), Clean.Change("expiration", "timers", "paid", t => t["status"] = "Set")),
        ["line not answered"] = (nameof(EventsAreAnswered), Clean with
        {
            Log = [.. Clean.Log.Select(r => r is { Type: "order.created", Id: "paid" } ? OfTwoTickets(r) : r)],
            Documents = [.. Clean.Documents, SampleShop.Document("tickets", "tickets", "other", new { id = "other", holds = new { }, sales = "" })],
        }),
        ["order not answered"] = (nameof(EventsAreAnswered), Without("ticket.reserved", "late")),
        ["timer fired in silence"] = (nameof(EventsAreAnswered), Without("expiration.expired", "late")),
        ["committed too much"] = (nameof(OffsetsAreSafe), Committed(+1)),
        ["committed too little"] = (nameof(OffsetsAreSafe), Committed(-1)),
        ["replica written after the commit"] = (nameof(CommitsFollowWrites), SeenBefore("orders", "tickets", "ticket", t => t["version"] = 6)),
        ["order's replica written after the commit"] = (nameof(CommitsFollowWrites), SeenBefore("payments", "payments", "paid", p => p["orderVersion"] = 2)),
        ["timer cleared after the commit"] = (nameof(CommitsFollowWrites), SeenBefore("expiration", "timers", "paid", t => t["status"] = "Set")),
        ["order completed after the commit"] = (nameof(CommitsFollowWrites), SeenBefore("orders", "orders", "paid", o => o["status"] = "pending_payment")),
        ["order expired after the commit"] = (nameof(CommitsFollowWrites), SeenBefore("orders", "orders", "late", o => o["status"] = "pending_payment")),
        ["seats freed after the commit"] = (nameof(CommitsFollowWrites), SeenBefore("tickets", "tickets", "ticket", t => t["holds"]!["late"] = 1)),
        ["poison lost"] = (nameof(PoisonIsKept), Clean with { Log = [.. Clean.Log.Where(r => r.Topic != "orders.payments-orders.dead")] }),
        ["poison without origin"] = (nameof(PoisonIsKept), Clean with
        {
            Log = [.. Clean.Log.Select(r => r.IsDeadLetter ? r with { Headers = new Dictionary<string, string>() } : r)],
        }),
        ["sound event given up"] = (nameof(PoisonIsKept), Clean with
        {
            Log = [.. Clean.Log.Select(r => r is { Topic: "orders", Event: null } ? r with { Value = """{"type":"order.unknown"}""" } : r)],
        }),
    };

    // Of an order that gave seats back, and of a ticket that was cancelled.
    private static readonly Dictionary<string, (string Rule, string Says, Snapshot Broken)> CasesOfGivenSeats = new()
    {
        ["seat given back, and sold still"] = (nameof(SeatsMatchOrders), "keeps 2 seats, and has 3 sold", Other(t => (t["sold"], t["revenue"], t["sales"]) = (3, 30m, "=part*3@=buyer$10"))),
        ["seat lost that was not given back"] = (nameof(SeatsMatchOrders), "keeps 2 seats, and has 1 sold", Other(t => (t["sold"], t["revenue"], t["sales"]) = (1, 10m, "=part@=buyer$10"))),
        ["seats of a line that was given back"] = (nameof(SeatsMatchOrders), "keeps 0 seats, and has 2 sold", Gone(t => (t["sold"], t["revenue"], t["sales"]) = (2, 20m, "=part*2@=buyer$10"))),
        ["seats held that are paid"] = (nameof(SeatsMatchOrders), "has 2 held", Other(
            t => (t["held"], t["sold"], t["revenue"], t["holds"], t["sales"]) = (2, 0, 0m, new JsonObject { ["part"] = "*2@=buyer" }, ""))),
        ["seats of another buyer"] = (nameof(SeatsMatchOrders), "of its buyer or its price", Other(t => t["sales"] = "=part*2@=nobody$10")),
        ["seats of another price"] = (nameof(SeatsMatchOrders), "of its buyer or its price", Other(t => (t["revenue"], t["sales"]) = (22m, "=part*2@=buyer$11"))),
        ["revenue miscounted"] = (nameof(SeatsMatchOrders), "cost 30; they cost 20", Other(t => t["revenue"] = 30m)),
        ["more seats than a buyer may have"] = (nameof(LimitsAreKept), "buyer has 4", Other(t => t["sales"] = "=part*4@=buyer$10")),
        ["more seats than a buyer may have, held and sold"] = (nameof(LimitsAreKept), "buyer has 4", Other(t => t["holds"] = new JsonObject { ["paid"] = "*2@=buyer" })),
        ["more seats than a buyer may have, for a while"] = (nameof(LimitsAreKept), "buyer has 4", Given with
        {
            Glances = [new(Given.Positions, Other(t => t["sales"] = "=part*4").Documents)],
        }),
        ["given back, and forgotten"] = (nameof(GivenSeatsAreFree), "was to keep 1 seats of other", Given with { GivenBack = [.. Given.GivenBack, new("part", "other", 1)] }),
        ["given back by an order that is not there"] = (nameof(GivenSeatsAreFree), "was to keep 0 seats of other, and is not there", Given with { GivenBack = [new("nobody", "other", 0)] }),
        ["taken back without effect"] = (nameof(GivenSeatsAreFree), "lost its seats of gone", Part(o => o["lines"]![1]!["cancelled"] = 0)),
        ["taken back in part"] = (nameof(GivenSeatsAreFree), "lost its seats of gone", Part(o => o["lines"]![1]!["cancelled"] = 1)),
        ["taken back from an order that is not there"] = (nameof(GivenSeatsAreFree), "lost its seats of gone", SampleShop.WithGivenSeats(log => log.Revoked("nobody", 4, "gone"))),
        ["cancelled, with seats sold"] = (nameof(GivenSeatsAreFree), "is cancelled, and has seats", Gone(t => t["sales"] = "=part@=buyer$10")),
        ["cancelled, with seats held"] = (nameof(GivenSeatsAreFree), "is cancelled, and has seats", Gone(t => t["holds"] = new JsonObject { ["part"] = "@=buyer" })),
        ["taken back, and there still"] = (nameof(GivenSeatsAreFree), "which have them still", Other(t => t["revoked"] = new JsonArray("part"))),
        ["less sent back than was given back"] = (nameof(MoneyMatchesOrders), "20 is owed, 40 was kept", Given with { Log = [.. Given.Log.Where(r => !IsSecondRefund(r))] }),
        ["more sent back than was given back"] = (nameof(MoneyMatchesOrders), "20 is owed, 10 was kept", SampleShop.WithGivenSeats(log => log.Payment("part", "partially_refunded", 5, 50, 40))),
        ["more sent back than was captured"] = (nameof(MoneyMatchesOrders), "has got 60 of 50 back", SampleShop.WithGivenSeats(log => log.Payment("part", "partially_refunded", 5, 50, 60))),
        ["the same sent back once more"] = (nameof(MoneyMatchesOrders), "has got 30 of 50 back, and before 30", SampleShop.WithGivenSeats(log => log.Payment("part", "partially_refunded", 5, 50, 30))),
        ["all sent back, and some kept"] = (nameof(MoneyMatchesOrders), "20 is owed, 0 was kept", SampleShop.WithGivenSeats(log => log.Payment("part", "refunded", 5, 50))),
        ["given back, and not published"] = (nameof(ChangesArePublished), "completed -40", Part(o => o["lines"]![0]!["cancelled"] = 2)),
        ["sent back, and not published"] = (nameof(ChangesArePublished), "of which 40 went back", Given.Change("payments", "payments", "part", p => p["payment"]!["refunded"] = 40m)),
        ["cancelled, and not published"] = (nameof(ChangesArePublished), "on_sale 3 0 0", Gone(t => t["state"] = "on_sale")),
        ["refund not known"] = (nameof(ReplicasEqualSources), "Refund = 10", Given.Change("payments", "payments", "part", p => p["refund"] = 10m)),
        ["given seats freed after the commit"] = (nameof(CommitsFollowWrites), "gave back were not free", GivenSeen(Other(t => t["sales"] = "=part*3@=buyer$10"))),
        ["line given back, and freed after the commit"] = (nameof(CommitsFollowWrites), "gave back were not free", GivenSeen(Gone(t => t["sales"] = "=part*2@=buyer$10"))),
        ["seats sold after the commit"] = (nameof(CommitsFollowWrites), "not sold yet", GivenSeen(Other(t => (t["holds"], t["sales"]) = (new JsonObject { ["part"] = "*2@=buyer" }, "")))),
        ["seats taken back after the commit"] = (nameof(CommitsFollowWrites), "still had the seats", GivenSeen(Part(o => o["lines"]![1]!["cancelled"] = 0))),
        ["less sent back, and told again after a loss"] = (nameof(MoneyMatchesOrders), "20 is owed, 40 was kept", (Given with { Log = [.. Given.Log.Where(r => !IsSecondRefund(r))] }).Lose("payments")),
        ["taken back in a lost log without effect"] = (nameof(GivenSeatsAreFree), "lost its seats of gone", Part(o => o["lines"]![1]!["cancelled"] = 0).Lose("tickets")),
    };

    private static readonly Dictionary<string, (string Rule, string Says, Snapshot Broken)> CasesOfDisputes = new()
    {
        ["seats not marked"] = (nameof(SeatsMatchOrders), "and its seats on ticket are not disputed", Disputed.Change("tickets", "tickets", "ticket", t => t["sales"] = "=paid")),
        ["seats marked otherwise"] = (nameof(SeatsMatchOrders), "are dispute_won", Disputed.Change("tickets", "tickets", "ticket", t => t["sales"] = "=paid!w4")),
        ["order not marked"] = (nameof(SeatsMatchOrders), "is not disputed", Disputed.Change("orders", "orders", "paid", o => o["dispute"] = null)),
        ["marked, and not published"] = (nameof(ChangesArePublished), "dispute_won", Disputed.Change("orders", "orders", "back", o => o["dispute"] = "dispute_won")),
        ["replica of a living order stale"] = (nameof(ReplicasEqualSources), "Payments has", Disputed.Change("payments", "payments", "paid", p => p["orderVersion"] = 3)),
        ["replica of a dead order not dead"] = (nameof(ReplicasEqualSources), "Payments has", Disputed.Change("payments", "payments", "back", p => p["orderStatus"] = "completed")),
        ["order marked after the commit"] = (nameof(CommitsFollowWrites), "the order was not marked yet", DisputedSeen("orders", "orders", "paid", o => o["dispute"] = null)),
        ["seats marked after the commit"] = (nameof(CommitsFollowWrites), "the seats were not marked yet", DisputedSeen("tickets", "tickets", "ticket", t => t["sales"] = "=paid")),
    };

    // A topic that lost its log excuses what is missing from that log, and nothing else.
    private static readonly Dictionary<string, (string Rule, Snapshot Broken)> CasesAfterLosses = new()
    {
        ["orders not told again"] = (nameof(ChangesArePublished), NotTold("orders")),
        ["tickets not told again"] = (nameof(ChangesArePublished), NotTold("tickets")),
        ["accounts not told again"] = (nameof(AccountsAreTold), NotTold("accounts")),
        ["payments not told again"] = (nameof(ChangesArePublished), NotTold("payments")),
        ["expirations not told again"] = (nameof(EventsAreAnswered), NotTold("expiration")),
        ["lost again, and not told again"] = (nameof(ChangesArePublished), NotTold("orders", Clean.Lose("orders"))),
        ["told as another than it was"] = (nameof(VersionsFollow), After("orders", SampleShop.Log().Order("paid", "completed", 3, 2, 20))),
        ["version left out after the loss"] = (nameof(VersionsFollow), After("tickets", new SampleLog().Ticket(8, 0, 1).Ticket(10, 0, 1))),
        ["version left out on another topic"] = (nameof(VersionsFollow), Without("order.pending", "paid").Lose("payments")),
        ["published after the loss, not stored"] = (nameof(ChangesArePublished), After("orders", new SampleLog().Order("ghost", "created", 1, 1, 10))),
        ["oversold in the lost log"] = (nameof(SeatsAreCounted), SampleShop.Of(SampleShop.Log().Ticket(8, 3, 1)).Lose("tickets")),
        ["captured twice before the loss"] = (nameof(MoneyMatchesOrders), SampleShop.Of(SampleShop.Log().Payment("paid", "succeeded", 3, 10)).Lose("payments")),
        ["captured for a dead order and told again"] = (nameof(MoneyMatchesOrders), Without("payment.refunded", "back").Lose("payments")),
        ["completed without money and told again"] = (nameof(MoneyMatchesOrders), Without("payment.succeeded", "paid").Lose("payments")),
        ["live order without a timer"] = (nameof(ReplicasEqualSources), Clean.Lose("orders").Change("orders", "orders", "paid", o => o["status"] = "pending_payment") with
        {
            Documents = [.. Clean.Change("orders", "orders", "paid", o => o["status"] = "pending_payment").Documents.Where(d => (d.Type, d.Id) != ("timers", "paid"))],
        }),
        ["order without a timer, and another topic lost its log"] = (nameof(ReplicasEqualSources), Clean.Lose("tickets") with
        {
            Documents = [.. Clean.Documents.Where(d => (d.Type, d.Id) != ("timers", "late"))],
        }),
        ["answer missing, and another topic lost its log"] = (nameof(EventsAreAnswered), Without("ticket.reserved", "late").Lose("payments")),
        ["poison of the present log lost"] = (nameof(PoisonIsKept), After("orders", new SampleLog().Poison("orders"), withDeadLetters: false)),
        ["sound event given up before the loss"] = (nameof(PoisonIsKept), Clean.Lose("orders") with
        {
            Log = [.. Clean.Lose("orders").Log.Select(r => r.IsDeadLetter ? r with { Value = """{"type":"order.unknown"}""" } : r)],
        }),
        ["replica written after the commit in the next log"] = (nameof(CommitsFollowWrites), Clean.Lose("tickets") with
        {
            Glances = [new(Clean.Lose("tickets").Positions, Clean.Change("orders", "tickets", "ticket", t => t["version"] = 6).Documents)],
        }),
    };

    private static LogRecord OfTwoTickets(LogRecord order)
    {
        var value = JsonNode.Parse(order.Value!)!;
        value["lines"] = new JsonArray(new JsonObject { ["ticketId"] = "ticket" }, new JsonObject { ["ticketId"] = "other" });
        return new(order.Topic, order.Partition, order.Offset, order.Key, value.ToJsonString(), order.Headers);
    }

    public static TheoryData<string> NamesAfterLosses => [.. CasesAfterLosses.Keys];

    public static TheoryData<string> NamesOfGivenSeats => [.. CasesOfGivenSeats.Keys];

    public static TheoryData<string> NamesOfDisputes => [.. CasesOfDisputes.Keys];

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Fact]
    public void A_clean_run_passes() => Assert.Empty(Checker.Check(Clean.Seen()).Select(violation => violation.Tell(Clean)));

    [Fact]
    public void A_free_order_is_completed_without_a_payment()
    {
        var free = SampleShop.WithFreeOrder();
        Assert.Empty(Checker.Check(free.Seen()).Select(violation => violation.Tell(free)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_broken_run_is_found(string name)
    {
        var (rule, broken) = Cases[name];
        Assert.Contains(rule, Checker.Check(broken).Select(violation => violation.Rule));
    }

    [Fact]
    public void Orders_may_be_disputed() => Assert.Empty(
        new[] { Disputed.Seen(), Disputed.Lose("orders").Seen(), Disputed.Lose("payments").Seen() }.SelectMany(Checker.Check).Select(violation => violation.Tell(Disputed)));

    [Theory]
    [MemberData(nameof(NamesOfDisputes))]
    public void A_run_in_which_a_dispute_is_missed_is_found(string name)
    {
        var (rule, says, broken) = CasesOfDisputes[name];
        Assert.Contains(Checker.Check(broken), violation => violation.Rule == rule && violation.Detail.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void Seats_may_be_given_back() => Assert.Empty(Checker.Check(Given.Seen()).Select(violation => violation.Tell(Given)));

    [Theory]
    [MemberData(nameof(NamesOfGivenSeats))]
    public void A_run_in_which_seats_are_given_back_wrongly_is_found(string name)
    {
        var (rule, says, broken) = CasesOfGivenSeats[name];
        Assert.Contains(Checker.Check(broken), violation => violation.Rule == rule && violation.Detail.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void Whoever_has_more_seats_than_a_limit_that_was_lowered_keeps_them()
    {
        var lowered = SampleShop.WithGivenSeats(log => log.Ticket(5, 0, 2, "other", maxPerBuyer: 1))
            .Change("tickets", "tickets", "other", ticket => (ticket["version"], ticket["details"]!["maxPerBuyer"]) = (5, 1))
            .Change("orders", "tickets", "other", replica => replica["version"] = 5);
        Assert.Empty(Checker.Check(lowered).Select(violation => violation.Tell(lowered)));
    }

    [Theory]
    [MemberData(nameof(NamesAfterLosses))]
    public void A_broken_run_is_found_although_a_log_was_lost(string name)
    {
        var (rule, broken) = CasesAfterLosses[name];
        Assert.Contains(rule, Checker.Check(broken).Select(violation => violation.Rule));
    }

    [Theory]
    [InlineData("orders")]
    [InlineData("tickets")]
    [InlineData("payments")]
    [InlineData("expiration")]
    [InlineData("accounts")]
    public void A_run_that_lost_a_log_and_told_everything_again_passes(string topic)
    {
        var lost = Clean.Lose(topic);
        // What was published shortly before a loss is not known.
        var unknown = lost with { Lost = [new(topic, [.. lost.Lost[0].Records.Take(3)])] };
        var given = Given.Lose(topic);
        Assert.Empty(new[] { lost.Seen(), lost.Lose(topic).Seen(), unknown, given.Seen(), given.Lose(topic).Seen() }.SelectMany(Checker.Check)
            .Select(violation => violation.Tell(lost)));
    }

    [Fact]
    public void What_was_committed_in_a_lost_log_is_nothing_in_the_next() => Assert.Empty(
        Checker.Check(Clean.Lose("orders") with { Glances = [new(Clean.Positions, SampleShop.Clean().Documents)] }).Select(violation => violation.Tell(Clean)));

    [Fact]
    public void An_order_that_was_over_when_its_events_were_lost_needs_no_answer_and_no_timer() => Assert.Empty(Checker.Check(
        Without("ticket.reserved", "back").Lose("orders") with { Documents = [.. Clean.Documents.Where(d => (d.Type, d.Id) != ("timers", "back"))] })
        .Select(violation => violation.Tell(Clean)));

    [Fact]
    public void What_is_published_again_is_no_violation()
    {
        var again = Clean.Log.Where(record => !record.IsDeadLetter && record.Event is not null);
        Assert.Empty(Checker.Check(Clean with { Log = [.. Clean.Log, .. again] }));
    }

    [Fact]
    public void Seats_that_an_old_event_reserved_again_are_no_violation() => Assert.DoesNotContain(
        nameof(CommitsFollowWrites),
        Checker.Check((SeenBefore("tickets", "tickets", "ticket", t => t["holds"]!["late"] = 1)) with
        {
            Log = SampleShop.Log().Order("late", "created", 1, 1, 10).Records,
        }).Select(violation => violation.Rule));

    [Fact]
    public void A_violation_tells_its_seed_and_the_history_up_to_its_event()
    {
        var broken = SampleShop.Of(SampleShop.Log().Order("paid", "completed", 5, 1, 10).Order("paid", "cancelled", 6, 1, 10));
        var gap = Checker.Check(broken).First(violation => violation.Rule == nameof(VersionsFollow));
        Assert.StartsWith("1 violations with seed 7", Checker.Report(broken, [gap], "seed 7"), StringComparison.Ordinal);
        var story = gap.Tell(broken).Split('\n').Where(line => line.Contains("\"version\"", StringComparison.Ordinal)).ToList();
        Assert.Contains("order.created", story[0], StringComparison.Ordinal);
        Assert.Contains(story, line => line.Contains("\"version\":5", StringComparison.Ordinal));
        Assert.DoesNotContain(story, line => line.Contains("\"version\":6", StringComparison.Ordinal));
    }

    private static Snapshot Ticket(Action<JsonObject> change) => Clean.Change("tickets", "tickets", "ticket", change);

    private static Snapshot Other(Action<JsonObject> change) => Given.Change("tickets", "tickets", "other", change);

    private static Snapshot Gone(Action<JsonObject> change) => Given.Change("tickets", "tickets", "gone", change);

    private static Snapshot Part(Action<JsonObject> change) => Given.Change("orders", "orders", "part", change);

    private static Snapshot DisputedSeen(string service, string type, string id, Action<JsonObject> change) =>
        Disputed with { Glances = [new(Disputed.Positions, Disputed.Change(service, type, id, change).Documents)] };

    private static Snapshot GivenSeen(Snapshot before) => Given with { Glances = [new(Given.Positions, before.Documents)] };

    private static bool IsSecondRefund(LogRecord record) => record is { Type: "payment.partially_refunded", Version: 4 };

    private static Snapshot Hold(string orderId) => Ticket(ticket => ticket["holds"]![orderId] = 1);

    private static Snapshot Without(string type, string orderId, string? also = null) => Clean with
    {
        Log = [.. Clean.Log.Where(record => record.OrderId != orderId || (record.Type != type && record.Type != also))],
    };

    private static Snapshot WithoutAccount(Func<LogRecord, bool> isLeftOut) =>
        Clean with { Log = [.. Clean.Log.Where(record => record.Topic != "accounts" || !isLeftOut(record))] };

    private static Snapshot NotTold(string topic, Snapshot? before = null)
    {
        var lost = (before ?? Clean).Lose(topic);
        return lost with { Log = [.. lost.Log.Where(record => record.Topic != topic)] };
    }

    /// <summary>A run that lost a topic's log, with more in the next one.</summary>
    private static Snapshot After(string topic, SampleLog more, bool withDeadLetters = true)
    {
        var lost = Clean.Lose(topic);
        var next = more.Records.Where(record => record.Topic == topic || (withDeadLetters && record.IsDeadLetter));
        return lost with { Log = [.. lost.Log, .. next.Select(record => record with { Offset = record.Offset + 100, Log = record.Topic == topic ? 1 : 0 })] };
    }

    /// <summary>A run that was looked at when all was committed and one document was not written.</summary>
    private static Snapshot SeenBefore(string service, string type, string id, Action<JsonObject> change) =>
        Clean with { Glances = [new(Clean.Positions, Clean.Change(service, type, id, change).Documents)] };

    private static Snapshot Committed(int more) => Clean with
    {
        Positions = [.. Clean.Positions.Select(position => position with { Committed = position.Committed + more })],
    };
}
