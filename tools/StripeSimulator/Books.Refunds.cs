namespace Ticketing.Tools.Stripe;

public sealed partial class Books
{
    private (Answer, PaymentIntent?, Refund?) CreateRefund(Parameters parameters)
    {
        var intent = parameters.RequiredText("payment_intent");
        var wanted = parameters.Amount();
        var reason = parameters.Text("reason");
        var metadata = parameters.Metadata();
        parameters.RefuseOthers();
        var captured = FindIntent(intent, 404, "payment_intent");
        if (captured.AmountReceived == 0)
            throw RefusedException.Invalid("payment_intent", null, $"This PaymentIntent ({intent}) does not have a successful charge to refund.");
        var left = captured.AmountReceived - _refunds.Values.Where(other => other.PaymentIntent == intent).Sum(other => other.Amount);
        if (left == 0)
            throw RefusedException.Invalid(null, "charge_already_refunded", $"Charge {captured.LatestCharge} has already been refunded.");
        var amount = wanted ?? left;
        CheckStep(amount, captured.Currency);
        if (amount > left)
            throw RefusedException.Invalid("amount", null, $"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).");
        var refund = new Refund(NewId("re"), amount, captured.Currency, intent, captured.LatestCharge, Now) { Metadata = metadata, Reason = reason };
        return (Answer.Of(refund), null, refund);
    }

    private Answer ListRefunds(Parameters parameters)
    {
        var intent = parameters.Text("payment_intent");
        return Page(
            "/v1/refunds", _refunds.Values.Reverse().Where(refund => intent is null || refund.PaymentIntent == intent), refund => refund.Id,
            id => FindRefund(id, 400, "starting_after"), parameters);
    }

    private Refund FindRefund(string id, int status, string param) =>
        _refunds.TryGetValue(id, out var refund) ? refund : throw RefusedException.Missing(status, param, "refund", id);
}
