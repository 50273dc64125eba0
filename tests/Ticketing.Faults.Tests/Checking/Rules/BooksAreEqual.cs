namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>At rest, Payments knows every refund and every dispute that Stripe has of a payment, and no other: to the cent, and how it stands.</summary>
internal static class BooksAreEqual
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        var intents = facts.Stripe.Intents.ToDictionary(intent => intent.Id);
        foreach (var payment in facts.Payments.Values.Where(payment => payment.Payment is not null))
        {
            var own = payment.Payment!.GatewayId is { } id ? intents.GetValueOrDefault(id) : null;
            // The gateway refused what has no name: nothing went back.
            var refunds = (payment.Payment.MadeRefunds ?? []).Where(refund => refund.GatewayId is not null || refund.Status != "failed")
                .Select(refund => $"{refund.GatewayId} {refund.Amount:0.00} {refund.Status}");
            var made = own is null ? [] : facts.Stripe.RefundsOf(own).Select(refund => $"{refund.Id} {refund.Money:0.00} {refund.Status}");
            if (Differ(refunds, made) is { } wrong)
                yield return new(nameof(BooksAreEqual), payment.OrderId, $"has refunds {wrong}.");
            var disputes = (payment.Payment.Disputes ?? []).Select(dispute => $"{dispute.GatewayId} {dispute.Amount:0.00} {dispute.State}");
            var opened = own is null ? [] : facts.Stripe.DisputesOf(own).Select(dispute => $"{dispute.Id} {dispute.Money:0.00} {StateOf(dispute)}");
            if (Differ(disputes, opened) is { } other)
                yield return new(nameof(BooksAreEqual), payment.OrderId, $"has disputes {other}.");
            var back = (payment.Payment.MadeRefunds ?? []).Where(refund => refund.Status != "failed").Sum(refund => refund.Amount);
            if (back != payment.AmountRefunded)
                yield return new(nameof(BooksAreEqual), payment.OrderId, $"says that {payment.AmountRefunded} went back; its refunds are {back}.");
        }
    }

    private static string? Differ(IEnumerable<string> ours, IEnumerable<string> theirs)
    {
        var (known, has) = (string.Join(", ", ours.Order(StringComparer.Ordinal)), string.Join(", ", theirs.Order(StringComparer.Ordinal)));
        return known == has ? null : $"[{known}], and Stripe has [{has}]";
    }

    private static string StateOf(StripeDispute dispute) => dispute.Status switch
    {
        "won" or "lost" => $"dispute_{dispute.Status}",
        _ => "disputed",
    };
}
