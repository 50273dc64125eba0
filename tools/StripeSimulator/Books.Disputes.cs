namespace Ticketing.Tools.Stripe;

public sealed partial class Books
{
    /// <summary>The cardholder complains, if the card is one of those; nothing if that has happened.</summary>
    private Change[] OpenDispute(Charge charge)
    {
        if (!charge.Paid || DisputeOf(charge) is not null || Cards.DisputeOf(charge.PaymentMethod) is not var (reason, isInquiry))
            return [];
        var dispute = new Dispute(NewId("dp"), charge.Amount, charge.Currency, charge.PaymentIntent, charge.Id, Now)
        {
            Reason = reason,
            Status = isInquiry ? "warning_needs_response" : "needs_response",
        };
        Change[] opened = [new(charge with { Disputed = true }), new(dispute, "charge.dispute.created")];
        return isInquiry ? opened : [.. opened, new(dispute, "charge.dispute.funds_withdrawn")];
    }

    /// <summary>The account gives in.</summary>
    private Changed CloseDispute(string id, Parameters parameters)
    {
        parameters.RefuseOthers();
        return Decide(Find<Dispute>(id, "dispute"), isWon: false);
    }

    private static Changed Decide(Dispute dispute, bool isWon)
    {
        if (!dispute.IsOpen)
            throw RefusedException.Invalid(null, null, $"This dispute is already closed: it has a status of {dispute.Status}.");
        var closed = dispute with { Status = dispute.IsInquiry ? "warning_closed" : isWon ? "won" : "lost" };
        return closed.Status == "won"
            ? Changed.To(closed, new Change(closed, "charge.dispute.closed"), new Change(closed, "charge.dispute.funds_reinstated"))
            : Changed.To(closed, new Change(closed, "charge.dispute.closed"));
    }

    private Dispute? DisputeOf(Charge charge) => charge.Disputed ? Newest<Dispute>().First(dispute => dispute.Charge == charge.Id) : null;
}
