namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// At rest, no payment waits for the gateway or for its buyer, and nothing of it is due: only a dispute that the bank has not decided is asked for again and
/// again. Whatever Stripe told is handled.
/// </summary>
internal static class PaymentsAreAtRest
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        foreach (var (id, document) in facts.Payments)
        {
            if (document.Payment is not { } payment)
                continue;
            if (payment.Status is "processing" or "requires_action" or "refunding")
                yield return new(nameof(PaymentsAreAtRest), id, $"has a payment that still is {payment.Status}.");
            else if (payment.DueAt is { } due && payment.Dispute != "disputed")
                yield return new(nameof(PaymentsAreAtRest), id, $"has a payment that is {payment.Status}, and due at {due:O}.");
            if (payment.Strays is { Count: > 0 } strays)
                yield return new(nameof(PaymentsAreAtRest), id, $"was captured besides its payment, which has still to go back: {string.Join(", ", strays)}.");
        }
        var intents = facts.Stripe.Intents.ToDictionary(intent => intent.Id);
        foreach (var told in facts.News.Values)
        {
            if (told.Outcome is null || told.DueAt is not null)
                yield return new(nameof(PaymentsAreAtRest), told.Id, $"({told.Type} of {told.IntentId}) is not handled.");
            else if (told.Outcome is not ("taken_over" or "nothing_new") && intents.TryGetValue(told.IntentId, out var intent) && facts.Payments.ContainsKey(intent.OrderId))
                yield return new(nameof(PaymentsAreAtRest), told.Id, $"({told.Type} of {told.IntentId}) is {told.Outcome}, and it is of order {intent.OrderId}.");
        }
    }
}
