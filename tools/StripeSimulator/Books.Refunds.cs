namespace Ticketing.Tools.Stripe;

public sealed partial class Books
{
    private Changed CreateRefund(Parameters parameters)
    {
        var intent = parameters.RequiredText("payment_intent");
        var wanted = parameters.Amount();
        var reason = parameters.Text("reason");
        var metadata = parameters.Metadata();
        parameters.RefuseOthers();
        var captured = Find<PaymentIntent>(intent, "payment_intent");
        if (captured.AmountReceived == 0)
            throw RefusedException.Invalid("payment_intent", null, $"This PaymentIntent ({intent}) does not have a successful charge to refund.");
        var charge = Find<Charge>(captured.LatestCharge!);
        if (DisputeOf(charge) is { IsChargeRefundable: false })
            throw RefusedException.Invalid(null, "charge_disputed", $"Charge {charge.Id} has been charged back; cannot issue a refund.");
        var left = charge.AmountCaptured - charge.AmountRefunded;
        if (left == 0)
            throw RefusedException.Invalid(null, "charge_already_refunded", $"Charge {charge.Id} has already been refunded.");
        var amount = wanted ?? left;
        CheckStep(amount, captured.Currency);
        if (amount > left)
            throw RefusedException.Invalid("amount", null, $"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).");
        var refund = new Refund(NewId("re"), amount, captured.Currency, intent, charge.Id, Now)
        {
            Status = charge.PaymentMethod == Cards.PendingRefund ? "pending" : "succeeded",
            Metadata = metadata,
            Reason = reason,
        };
        return Changed.To(
            refund,
            new Change(refund, "refund.created"),
            new Change(charge with { AmountRefunded = charge.AmountRefunded + amount }, "charge.refunded"));
    }

    /// <summary>What the bank makes of a refund; nothing if it is as it was.</summary>
    private Change[] SettleRefund(Refund refund)
    {
        var charge = Find<Charge>(refund.Charge);
        switch (refund.Status, charge.PaymentMethod)
        {
            case ("pending", _):
                var done = refund with { Status = "succeeded" };
                return [new(done, "refund.updated"), new(done, "charge.refund.updated")];
            case ("succeeded", Cards.RefundFails):
                var failed = refund with { Status = "failed", FailureReason = "expired_or_canceled_card" };
                return
                [
                    // The money is with the account again. Stripe has no event for the charge.
                    new(charge with { AmountRefunded = charge.AmountRefunded - refund.Amount }),
                    new(failed, "refund.updated"), new(failed, "refund.failed"), new(failed, "charge.refund.updated"),
                ];
            default:
                return [];
        }
    }
}
