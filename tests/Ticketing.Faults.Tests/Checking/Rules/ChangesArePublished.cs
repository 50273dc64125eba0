using System.Globalization;

namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// At rest every outbox is empty, and the last event of an aggregate is its document: nothing was stored that was not published, or the reverse.
/// If a topic lost records, that event is in its present log.
/// </summary>
internal static class ChangesArePublished
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        foreach (var document in facts.Snapshot.Documents.Where(document => document.Unpublished > 0))
            yield return new(nameof(ChangesArePublished), document.Id, $"has {document.Unpublished} unpublished changes.");

        var ever = Last(facts.OrderStates.Concat(facts.TicketStates), e => e.Id);
        var published = Last(facts.OrderStates.Concat(facts.TicketStates).Where(facts.IsPresent), e => e.Id);
        var money = Last(facts.PaymentStates.Where(facts.IsPresent), e => e.OrderId);
        var stored = facts.Orders.Values.Select(order => (order.Id, order.Version, Says: Says(order.Status, order.Refund, order.Dispute)))
            .Concat(facts.Tickets.Values.Select(t => (t.Id, t.Version, Says: $"{t.State} {t.Quantity} {t.Held} {t.Sold}")))
            .ToDictionary(document => document.Id);
        foreach (var (id, version, says) in stored.Values)
        {
            var last = published.GetValueOrDefault(id);
            if (last is null || last.Version != version || Says(last) != says)
                yield return new(nameof(ChangesArePublished), id, $"is stored as version {version}, '{says}', and published as {Tell(last)}.");
        }
        foreach (var (id, last) in ever.Where(last => !stored.ContainsKey(last.Key)))
            yield return new(nameof(ChangesArePublished), id, $"is published as {Tell(last)}, and not stored.");
        foreach (var (id, payment) in facts.Payments)
        {
            var last = money.GetValueOrDefault(id);
            if (last?.Version != payment.Payment?.Version || last?.Id != payment.Payment?.Id || last?.Refunded != payment.AmountRefunded
                || last?.Text("dispute") != payment.Payment?.Dispute)
                yield return new(nameof(ChangesArePublished), id,
                    $"has a payment of version {payment.Payment?.Version}, of which {payment.AmountRefunded} went back {payment.Payment?.Dispute}".TrimEnd() + $"; published is {Tell(last)}.");
            if (last?.Type == "payment.refund_failed" && last.Amount("failed") != payment.AmountFailed)
                yield return new(nameof(ChangesArePublished), id, $"has refunds of {payment.AmountFailed} that failed; published is {last.Amount("failed")}.");
        }
    }

    private static Dictionary<string, LogRecord> Last(IEnumerable<LogRecord> events, Func<LogRecord, string> id) =>
        events.GroupBy(id).ToDictionary(same => same.Key, same => same.MaxBy(e => e.Version)!);

    private static string Says(LogRecord e) => e.Topic == "orders"
        ? Says(e.Text("status"), e.Amount("refund"), e.Text("dispute"))
        : $"{(e.Text("state") is { Length: > 0 } state ? state : "on_sale")} {e.Number("quantity")} {e.Number("held")} {e.Number("sold")}";

    private static string Says(string status, decimal refund, string? dispute) =>
        string.Create(CultureInfo.InvariantCulture, $"{status} -{refund:0.####} {dispute}").TrimEnd();

    private static string Tell(LogRecord? e) => e is null ? "nothing" : $"{e.Type} {e.Version}";
}
