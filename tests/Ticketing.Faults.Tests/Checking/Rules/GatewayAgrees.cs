namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// By Stripe's own books each order was captured once at most, and what was captured besides went back as a whole. What was captured and did not go back is
/// what the order costs, unless its payment says why: the refund failed, or the bank has the money. One key made one refund, no more went back than was
/// captured, and nothing of an order that is over can be captured any more.
/// </summary>
internal static class GatewayAgrees
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        var (books, intents) = (facts.Stripe, facts.Stripe.Intents.ToLookup(intent => intent.OrderId));
        foreach (var intent in books.Intents.Where(intent => intent.Captured > 0 && facts.Payments.GetValueOrDefault(intent.OrderId)?.Payment is null))
            yield return new(nameof(GatewayAgrees), intent.OrderId, $"was captured ({intent.Captured} by {intent.Id}), and no payment tells of it.");
        foreach (var intent in books.Intents.Where(intent => intent.IsOpen && facts.Orders.GetValueOrDefault(intent.OrderId) is not { IsLive: true }))
            yield return new(nameof(GatewayAgrees), intent.OrderId, $"is over, and {intent.Id} is {intent.Status}: it can still be captured.");
        foreach (var refund in books.Refunds.Where(refund => refund.Amount <= 0))
            yield return new(nameof(GatewayAgrees), refund.Id, $"sent {refund.Money} back of {refund.PaymentIntent}.");
        foreach (var same in books.Refunds.Where(refund => refund.Key.Length > 0).GroupBy(refund => refund.Key).Where(same => same.Count() > 1))
            yield return new(nameof(GatewayAgrees), same.Key, $"made {same.Count()} refunds, of {string.Join(" and ", same.Select(refund => refund.Money))}.");
        foreach (var payment in facts.Payments.Values.Where(payment => payment.Payment is not null))
            foreach (var violation in OfOrder(facts, payment, [.. intents[payment.OrderId]]))
                yield return violation;
    }

    private static IEnumerable<Violation> OfOrder(Facts facts, PaymentDocument payment, List<StripeIntent> intents)
    {
        var (books, id, order) = (facts.Stripe, payment.OrderId, facts.Orders.GetValueOrDefault(payment.OrderId));
        var captures = intents.FindAll(intent => intent.Captured > 0);
        var own = captures.Find(intent => intent.Id == payment.Payment!.GatewayId);
        if (captures.FindAll(capture => capture != own && books.BackOf(capture) + books.LostOf(capture) < capture.Captured) is { Count: > 0 } kept)
            yield return new(nameof(GatewayAgrees), id, $"was captured {captures.Count} times, and besides its payment by {string.Join(" and ", kept.Select(capture => capture.Id))}.");
        foreach (var capture in captures.Where(capture => books.BackOf(capture) > capture.Captured))
            yield return new(nameof(GatewayAgrees), id, $"was captured ({capture.Captured}), and more was sent back ({books.BackOf(capture)}).");
        if (payment.Payment!.IsCaptured != own is not null)
            yield return new(nameof(GatewayAgrees), id, $"has a payment that is {payment.Payment.Status}; Stripe captured it {(own is null ? "never" : $"as {own.Id}")}.");
        if (own is not null && own.Captured != payment.Price)
            yield return new(nameof(GatewayAgrees), id, $"costs {payment.Price}; Stripe captured {own.Captured}.");

        var (captured, back, lost, owed) = (own?.Captured ?? 0, own is null ? 0 : books.BackOf(own), own is null ? 0 : books.LostOf(own), order?.Owed ?? 0);
        var missing = captured - back - owed;
        if (missing < 0 || (missing > 0 && !IsExplained(payment.Payment, own!, books, missing)))
            yield return new(nameof(GatewayAgrees), id,
                $"is {order?.Status}: {owed} is owed; Stripe captured {captured}, sent back {back} and lost {lost}, and the payment is {payment.Payment.Status} {payment.Payment.Dispute}".TrimEnd() + ".");
    }

    private static bool IsExplained(MoneyMoved payment, StripeIntent own, StripeBooks books, decimal missing)
    {
        // The bank has it, for now or for good.
        if (missing <= books.LostOf(own) || books.DisputesOf(own).Any(dispute => dispute.IsOpen))
            return payment.Dispute is "disputed" or "dispute_lost";
        // An operator has tried it again with every card that may take it.
        return payment.Status == "refund_failed" && payment.RefundFailure is { Length: > 0 } && own.RefundsFail && books.RefundsOf(own).Any(refund => refund.Status == "failed");
    }
}
