namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// Every cause is told once, to whom it concerns, and nothing is told without one; the numbers of what a user was told have no gap. If a topic lost its log,
/// its readers have what is in the present one, and may or may not have read what was only in a lost one: that may be missing, but is never told twice.
/// </summary>
internal static class NotificationsAreTold
{
    private static readonly (string Status, string? Reason, string Kind)[] Ends =
        [("completed", null, "order_approved"), ("failed", null, "order_failed"), ("cancelled", "expired", "order_expired"), ("cancelled", "", "order_cancelled")];

    public static IEnumerable<Violation> Check(Facts facts)
    {
        var histories = ToldHistory.Of(facts);
        foreach (var history in histories.Values.Where(history => history.Wrong is not null))
            yield return new(nameof(NotificationsAreTold), history.UserId, $"is told in disorder: {history.Wrong}.");
        var told = histories.Values.SelectMany(history => history.All.Select(item => (history.UserId, Item: item))).ToList();
        var tickets = facts.Events.Where(e => e.Topic == "tickets" && e.Id.Length > 0).ToLookup(e => e.Id);
        var sellers = tickets.ToDictionary(ticket => ticket.Key, ticket => ticket.First(e => e.Text("userId").Length > 0).Text("userId"));
        foreach (var (userId, item) in told.Where(one => one.Item.OrderId is { } id && !IsWhose(facts.Orders.GetValueOrDefault(id), one.Item.Kind).Contains(one.UserId)))
            yield return new(nameof(NotificationsAreTold), item.OrderId!, $"is not an order of {userId}, who was told {item}.");
        var (states, payments, ofOrder) = (facts.OrderStates.ToLookup(e => e.Id), facts.PaymentStates.ToLookup(e => e.OrderId), told.ToLookup(one => (one.Item.OrderId, one.UserId), one => one.Item));
        foreach (var order in facts.Orders.Values)
        {
            var expected = OfOrder(facts, [.. states[order.Id]]).Concat(OfPayment(facts, [.. payments[order.Id]]));
            foreach (var wrong in Wrong(expected, [.. ofOrder[(order.Id, order.UserId)]], histories.GetValueOrDefault(order.UserId)))
                yield return new(nameof(NotificationsAreTold), order.Id, wrong);
            foreach (var seller in SellersOf(order))
                foreach (var wrong in Wrong([OfFailedRefunds(facts, [.. payments[order.Id]])], [.. ofOrder[(order.Id, seller)]], histories.GetValueOrDefault(seller)))
                    yield return new(nameof(NotificationsAreTold), order.Id, wrong);
        }
        var ofTicket = told.Where(one => one.Item.TicketId is not null).ToLookup(one => one.Item.TicketId!);
        foreach (var ticket in tickets)
        {
            var seller = sellers[ticket.Key];
            foreach (var (userId, item) in ofTicket[ticket.Key].Where(one => one.UserId != seller))
                yield return new(nameof(NotificationsAreTold), ticket.Key, $"is not a ticket of {userId}, who was told {item}.");
            foreach (var wrong in Wrong(SalesAreTold.Expected(facts, [.. ticket]), [.. ofTicket[ticket.Key].Select(one => one.Item)], histories.GetValueOrDefault(seller)))
                yield return new(nameof(NotificationsAreTold), ticket.Key, wrong);
        }

        IEnumerable<string> IsWhose(OrderDocument? order, string kind) => order is null ? [] : kind == "refund_failed" ? SellersOf(order) : [order.UserId];

        IEnumerable<string> SellersOf(OrderDocument order) => order.Lines.Select(line => sellers.GetValueOrDefault(line.TicketId)).OfType<string>().Distinct();
    }

    private static IEnumerable<string> Wrong(IEnumerable<Expectation> all, IReadOnlyList<ToldNotification> told, ToldHistory? history)
    {
        foreach (var expected in all)
        {
            var matching = told.Where(expected.IsMet).ToList();
            // What was told and dropped between two looks is not known.
            var isWhole = history?.IsWhole ?? true;
            if (matching.Count > expected.AtMost || (isWhole && matching.Count < expected.AtLeast))
                yield return $"{expected.What} is told {matching.Count} times, not {expected.AtLeast} to {expected.AtMost}.";
            var amount = matching.Sum(item => item.Amount ?? 0);
            if (expected.Amount is var (least, most) && (amount > most || (isWhole && amount < least)))
                yield return $"{expected.What} is told with {amount} in all, not {least} to {most}.";
        }
    }

    private static IEnumerable<Expectation> OfOrder(Facts facts, IReadOnlyList<LogRecord> states)
    {
        var hasLost = facts.HasLost("orders");
        yield return Once("order_received", states.Where(e => e.Text("status") is "created" or "pending_payment"));
        foreach (var (status, reason, kind) in Ends)
            yield return Once(kind, states.Where(e => e.Text("status") == status && (reason is null || (e.Text("reason") == "expired") == (reason == "expired"))));
        yield return new("order_expiring", item => item.Kind == "order_expiring", 0, 1);

        Expectation Once(string kind, IEnumerable<LogRecord> causes) =>
            new(kind, item => item.Kind == kind, causes.Any(facts.IsPresent) ? 1 : 0, hasLost || causes.Any() ? 1 : 0);
    }

    private static IEnumerable<Expectation> OfPayment(Facts facts, IReadOnlyList<LogRecord> events)
    {
        var hasLost = facts.HasLost("payments");
        var declined = events.Where(e => e.Type == "payment.failed" && e.Leaves("attemptsLeft")).ToLookup(e => e.Number("attemptsLeft"));
        foreach (var attempt in declined)
            yield return new($"payment_declined with {attempt.Key} attempts left", item => item.Kind == "payment_declined" && item.AttemptsLeft == attempt.Key, attempt.Any(facts.IsPresent) ? 1 : 0, 1);
        if (!hasLost)
            yield return new("payment_declined", item => item.Kind == "payment_declined", declined.Count, declined.Count);

        var (refunds, disputes, amount, back, dispute) = (0, 0, 0m, 0m, "");
        foreach (var e in events.DistinctBy(e => e.Version).OrderBy(e => e.Version))
        {
            var (now, said) = (e.Type is "payment.created" or "payment.requires_action" or "payment.failed" or "payment.succeeded" ? back : e.Refunded, e.Text("dispute"));
            // It becomes less when a refund comes back.
            (refunds, amount) = now > back ? (refunds + 1, amount + now - back) : (refunds, amount);
            disputes += said.Length > 0 && said != dispute ? 1 : 0;
            (back, dispute) = (now, said.Length > 0 ? said : dispute);
        }
        // How it is in the end was told in any case.
        var isOpen = hasLost && MayLack(events);
        yield return new(
            "payment_refunded", item => item.Kind == "payment_refunded", !hasLost ? refunds : back > 0 ? 1 : 0, isOpen ? int.MaxValue : refunds,
            (hasLost ? back : amount, isOpen ? decimal.MaxValue : amount));
        yield return new("payment_disputed", item => item.Kind == "payment_disputed", !hasLost ? disputes : Math.Min(1, disputes), isOpen ? int.MaxValue : disputes);
    }

    private static Expectation OfFailedRefunds(Facts facts, IReadOnlyList<LogRecord> events)
    {
        var hasLost = facts.HasLost("payments");
        var told = events.Where(e => e.Type == "payment.refund_failed").ToList();
        var (failures, amount, failed) = (0, 0m, 0m);
        foreach (var e in told.DistinctBy(e => e.Version).OrderBy(e => e.Version).Where(e => e.Amount("failed") > failed))
        {
            // What has gone back in another way since is not missing.
            (failures, amount) = (failures + 1, amount + Math.Min(e.Amount("failed") - failed, e.Amount("amount") - e.Refunded));
            failed = e.Amount("failed");
        }
        var isOpen = hasLost && MayLack(events);
        return new(
            "refund_failed", item => item.Kind == "refund_failed", !hasLost ? failures : told.Any(facts.IsPresent) ? 1 : 0, isOpen ? int.MaxValue : failures,
            (hasLost ? 0 : amount, isOpen ? decimal.MaxValue : hasLost ? failed : amount));
    }

    /// <summary>Where a version is known to nobody, there may have been more.</summary>
    private static bool MayLack(IReadOnlyList<LogRecord> events) =>
        events.Select(e => e.Version).Distinct().Count() < events.Select(e => e.Version).DefaultIfEmpty().Max();
}

/// <summary>How often something is to be told of an order or a ticket.</summary>
/// <param name="What">What.</param>
/// <param name="IsMet">Whether a notification is one of these.</param>
/// <param name="AtLeast">So often at least.</param>
/// <param name="AtMost">So often at most.</param>
/// <param name="Amount">Between what all of them say that it is.</param>
internal sealed record Expectation(string What, Func<ToldNotification, bool> IsMet, int AtLeast, int AtMost, (decimal Least, decimal Most)? Amount = null);
