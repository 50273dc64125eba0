using System.Text.Json.Nodes;
using Ticketing.Faults.Tests.Checking.Rules;

namespace Ticketing.Faults.Tests;

/// <summary>The checker finds what was told twice, not at all, or without a cause, and mails that are missing or too many.</summary>
public sealed class NotificationCheckerTests
{
    private const string Told = nameof(NotificationsAreTold);
    private const string Mailed = nameof(MailsAreSent);

    private static readonly Snapshot Clean = SampleShop.Clean();
    private static readonly Snapshot Failed = SampleShop.WithFailedRefund();

    // The seller was told nothing of it.
    private static readonly Snapshot FailedInSilence = SampleShop.Of(SampleShop.Log().Payment("back", "refund_failed", 4, 10, failed: 10));

    private static readonly Dictionary<string, (string Rule, string Says, Snapshot Broken)> Cases = new()
    {
        ["order received twice"] = (Told, "order_received is told 2 times", Clean.Told("buyer", "order_received", "paid")),
        ["order received in silence"] = (Told, "order_received is told 0 times", Without("order_received", "paid")),
        ["order approved twice"] = (Told, "order_approved is told 2 times", Clean.Told("buyer", "order_approved", "paid")),
        ["order approved in silence"] = (Told, "order_approved is told 0 times", Without("order_approved", "paid")),
        ["order approved that never was"] = (Told, "order_approved is told 1 times, not 0", Clean.Told("buyer", "order_approved", "late")),
        ["order cancelled in silence"] = (Told, "order_cancelled is told 0 times", Without("order_cancelled", "back")),
        ["order expired, and told as cancelled"] = (Told, "order_cancelled is told 1 times, not 0", Clean.Told("buyer", "order_cancelled", "late")),
        ["order expired in silence"] = (Told, "order_expired is told 0 times", Without("order_expired", "late")),
        ["order failed that never did"] = (Told, "order_failed is told 1 times, not 0", Clean.Told("buyer", "order_failed", "late")),
        ["reminded twice"] = (Told, "order_expiring is told 2 times", Clean.Told("buyer", "order_expiring", "late")),
        ["attempt declined in silence"] = (Told, "payment_declined with 4 attempts left is told 0 times", Declined()),
        ["attempt declined twice"] = (Told, "payment_declined with 4 attempts left is told 2 times", Declined(4, 4, 3)),
        ["attempt declined that never was"] = (Told, "payment_declined is told 3 times, not 2", Declined(4, 3, 2)),
        ["refunded in silence"] = (Told, "payment_refunded is told 0 times", Without("payment_refunded", "back")),
        ["refunded twice"] = (Told, "payment_refunded is told 2 times", Clean.Told("buyer", "payment_refunded", "back", amount: 10)),
        ["refunded with another amount"] = (Told, "payment_refunded is told with 11 in all", Change(5, item => item["amount"] = 11)),
        ["part of a refund told as all of it"] = (Told, "payment_refunded is told with 40 in all", SampleShop.WithGivenSeats().Change("notifications", "inboxes", "buyer", inbox => inbox["items"]![11]!["amount"] = 30)),
        ["dispute in silence"] = (Told, "payment_disputed is told 0 times", SampleShop.Of(SampleShop.Log().Payment("paid", "disputed", 3, 10, dispute: "disputed"))),
        ["dispute that never was"] = (Told, "payment_disputed is told 1 times, not 0", Clean.Told("buyer", "payment_disputed", "paid")),
        ["failed refund in silence"] = (Told, "refund_failed is told 0 times", FailedInSilence),
        ["failed refund twice"] = (Told, "refund_failed is told 2 times", Failed.Told("seller", "refund_failed", "back", amount: 10)),
        ["failed refund that never was"] = (Told, "refund_failed is told 1 times, not 0", Clean.Told("seller", "refund_failed", "back", amount: 10)),
        ["failed refund with another amount"] = (Told, "refund_failed is told with 11 in all", FailedInSilence.Told("seller", "refund_failed", "back", amount: 11)),
        ["second failed refund in silence"] = (Told, "refund_failed is told 1 times, not 2", FailsAgain()),
        ["failed refund, and its buyer is told as the seller is"] = (Told, "is not an order of buyer", Failed.Told("buyer", "refund_failed", "back", amount: 10)),
        ["failed refund of the present log in silence after a loss"] = (Told, "refund_failed is told 0 times", FailedInSilence.Lose("payments")),
        ["failed refund twice after a loss"] = (Told, "refund_failed is told 2 times", Failed.Told("seller", "refund_failed", "back", amount: 10).Lose("payments")),
        ["somebody else's order"] = (Told, "is not an order of seller", Clean.Told("seller", "order_approved", "paid")),
        ["no order"] = (Told, "is not an order of buyer", Clean.Told("buyer", "order_received", "ghost")),
        ["first sale twice"] = (Told, "ticket_first_sale is told 2 times", Clean.Told("seller", "ticket_first_sale", ticketId: "ticket")),
        ["first sale in silence"] = (Told, "ticket_first_sale is told 0 times", Without("ticket_first_sale")),
        ["first sale of what is not sold"] = (Told, "ticket_first_sale is told 1 times, not 0", SampleShop.Of(SampleShop.Log().Ticket(1, 0, 0, "new")).Told("seller", "ticket_first_sale", ticketId: "new")),
        ["low once more than it was"] = (Told, "ticket_low_stock is told 3 times", Clean.Told("seller", "ticket_low_stock", ticketId: "ticket")),
        ["low in silence"] = (Told, "ticket_low_stock is told 1 times, not 2", Without("ticket_low_stock")),
        ["sold out that is not"] = (Told, "ticket_sold_out is told 1 times, not 0", Clean.Told("seller", "ticket_sold_out", ticketId: "ticket")),
        ["somebody else's ticket"] = (Told, "is not a ticket of buyer", Clean.Told("buyer", "ticket_low_stock", ticketId: "ticket")),
        ["number left out"] = (Told, "is told in disorder", Change(3, item => item["number"] = 99)),
        ["number too few"] = (Told, "is told in disorder", Clean.Change("notifications", "inboxes", "buyer", inbox => inbox["next"] = 10)),
        ["number that says another thing later"] = (Told, "is told in disorder: number 1 was", Clean.Seen() with { Documents = Change(1, item => item["kind"] = "order_failed").Documents }),
        ["inbox that has begun anew"] = (Told, "is told in disorder: number 9 was seen", Clean with { Glances = [new([], Clean.Told("buyer", "order_expiring", "paid").Documents)] }),
        ["kept no longer, and told twice"] = (Told, "order_received is told 2 times", Dropped(Clean.Told("buyer", "order_received", "paid"))),
        ["nobody told of the present log after a loss"] = (Told, "order_approved is told 0 times", Without("order_approved", "paid").Lose("orders")),
        ["told twice after a loss"] = (Told, "order_approved is told 2 times", Clean.Told("buyer", "order_approved", "paid").Lose("orders")),
        ["refunded twice after a loss"] = (Told, "payment_refunded is told with 20 in all", Clean.Told("buyer", "payment_refunded", "back", amount: 10).Lose("payments")),
        ["low more often than the ticket had versions, after a loss"] = (Told, "ticket_low_stock is told 3 times", Clean.Told("seller", "ticket_low_stock", ticketId: "ticket").Lose("tickets")),
        ["nobody told, and another topic lost its log"] = (Told, "order_received is told 0 times", Without("order_received", "paid").Lose("tickets")),
        ["told after the commit"] = (nameof(CommitsFollowWrites), "its buyer was not told yet", Clean.Seen() with { Glances = [new(Clean.Positions, Without("order_approved", "paid").Documents)] }),
        ["seller told after the commit"] = (nameof(CommitsFollowWrites), "its seller was not told yet", Failed.Seen() with { Glances = [new(Failed.Positions, FailedInSilence.Documents)] }),
        ["mail missing"] = (Mailed, "has no mail of", Clean with { Mails = [.. Clean.Mails.SkipLast(1)] }),
        ["mail to somebody else"] = (Mailed, "has no mail of", Clean with { Mails = [.. Clean.Mails.Select(mail => mail with { To = "else@shop.example" })] }),
        ["mail of another notification"] = (Mailed, "has no mail of", Clean with { Mails = [.. Clean.Mails.Select(mail => mail with { Date = mail.Date.AddMinutes(1) })] }),
        ["mail with two ids"] = (Mailed, "of one that has another", Clean with { Mails = [.. Clean.Mails, Clean.Mails.First() with { MessageId = "buyer.1@else.example" }] }),
        ["mail of no notification"] = (Mailed, "of no notification", Clean with { Mails = [.. Clean.Mails, Clean.Mails.First() with { MessageId = "buyer.9@ticketing.example" }] }),
        ["address not known"] = (Mailed, "has the address buyer@shop.example", Clean.Change("notifications", "inboxes", "buyer", inbox => inbox["email"] = null)),
        ["told on after the account was deleted"] = (Mailed, "has deleted the account", Clean.Told("left", "order_expiring")),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_run_that_tells_wrongly_is_found(string name)
    {
        var (rule, says, broken) = Cases[name];
        Assert.Contains(Checker.Check(broken), violation => violation.Rule == rule && violation.Detail.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void What_nobody_can_know_is_no_violation()
    {
        // Its causes were in the lost log only.
        Silent(Without("order_received", "paid").Lose("orders"));
        Silent(Without("ticket_low_stock").Lose("tickets"));
        // Each declined attempt is told, and one that was lost need not be.
        Silent(Declined(4, 3));
        Silent(Declined(3).Lose("payments"));
        // A refund that came back, and went again.
        Silent(SampleShop.WithFailedRefund(log => log.Payment("back", "refunded", 5, 10, 10)).Told("buyer", "payment_refunded", "back", amount: 10));
        // Another one failed; and one that had been on its way arrived.
        Silent(FailsAgain().Told("seller", "refund_failed", "back", amount: 10));
        Silent(SampleShop.WithFailedRefund(log => log.Payment("back", "refund_failed", 5, 10, 5, failed: 10)).Told("buyer", "payment_refunded", "back", amount: 5));
        // The first failure was in the lost log only.
        Silent(FailedInSilence.Lose("payments").Told("seller", "refund_failed", "back", amount: 10));
        Silent(FailsAgain().Lose("payments"));
        // What is no longer kept was seen, or not.
        Silent(Dropped(Clean));
        Silent(Dropped(Clean) with { Glances = [] });

        static void Silent(Snapshot snapshot) => Assert.Empty(Checker.Check(snapshot).Where(violation => violation.Rule is Told or Mailed).Select(violation => violation.Tell(snapshot)));
    }

    /// <summary>The refund that failed is sent again, and fails again. Of that one, the seller was told nothing.</summary>
    private static Snapshot FailsAgain() =>
        SampleShop.WithFailedRefund(log => log.Payment("back", "refunded", 5, 10).Payment("back", "refund_failed", 6, 10, failed: 20)).Told("buyer", "payment_refunded", "back", amount: 10);

    /// <summary>An order of which two attempts were declined, and what was told of it.</summary>
    private static Snapshot Declined(params int[] told) => told.Aggregate(
        SampleShop.Of(SampleShop.Log().Payment("late", "created", 1, 10).Payment("late", "failed", 2, 10, attemptsLeft: 4).Payment("late", "failed", 3, 10, attemptsLeft: 3)),
        (snapshot, left) => snapshot.Told("buyer", "payment_declined", "late", attemptsLeft: left));

    /// <summary>The same without one notification, whose number the next ones have.</summary>
    private static Snapshot Without(string kind, string? orderId = null) => Clean.Change("notifications", "inboxes", orderId is null ? "seller" : "buyer", inbox =>
    {
        var items = inbox["items"]!.AsArray();
        items.Remove(items.First(item => (string?)item!["kind"] == kind && (string?)item["orderId"] == orderId));
        for (var i = 0; i < items.Count; i++)
            items[i]!["number"] = i + 1;
        inbox["next"] = items.Count + 1;
    }) with
    { Mails = orderId is null ? Clean.Mails : [.. Clean.Mails.SkipLast(1)] };

    private static Snapshot Change(int number, Action<JsonNode> change) => Clean.Change("notifications", "inboxes", "buyer", inbox => change(inbox["items"]![number - 1]!));

    /// <summary>The same where so much was told besides that the first ones are no longer kept. They were seen.</summary>
    private static Snapshot Dropped(Snapshot snapshot)
    {
        const int kept = 200;
        var seen = snapshot.Seen();
        return snapshot.Change("notifications", "inboxes", "buyer", inbox =>
        {
            var items = inbox["items"]!.AsArray();
            while (items.Count < kept + 2)
                items.Add(new JsonObject { ["number"] = items.Count + 1, ["kind"] = "another", ["at"] = "2026-01-01T12:00:00Z" });
            items.RemoveRange(0, 2);
            (inbox["next"], inbox["email"]) = (kept + 3, null);
        }) with
        { Glances = seen.Glances, People = [] };
    }
}
