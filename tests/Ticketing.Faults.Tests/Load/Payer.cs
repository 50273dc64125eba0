using Ticketing.Faults.Tests.Running;

namespace Ticketing.Faults.Tests.Load;

/// <summary>A card, and what its owner says to a bank that asks.</summary>
/// <param name="Method">One of Stripe's test cards.</param>
/// <param name="Approves">Null for somebody who never comes to the bank's page.</param>
internal sealed record Card(string Method, bool? Approves = true)
{
    public const int Kinds = 20;

    public static readonly Card Plain = new("pm_card_visa");

    private const string Authenticated = "pm_card_authenticationRequired";

    /// <param name="choice">From 0, below <see cref="Kinds"/>.</param>
    public static Card Of(int choice) => choice switch
    {
        < 8 => Plain,
        < 11 => new(Authenticated),
        11 => new(Authenticated, false),
        12 => new(Authenticated, null),
        < 15 => new("pm_card_createDispute"),
        15 => new("pm_card_createDisputeInquiry"),
        < 18 => new("pm_card_pendingRefund"),
        _ => new("pm_card_refundFail"),
    };
}

/// <summary>How buyers pay.</summary>
internal sealed class Payer(StripeAccount stripe)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    // No longer than a hold lasts, more or less.
    private const int Patience = 12;

    /// <summary>Pays an order, and goes to the bank's page if the bank asks. Whoever declines there takes another card.</summary>
    /// <returns>Whether it is paid, as far as its buyer can tell.</returns>
    public async Task<bool> PayAsync(Person buyer, string orderId, Card card, CancellationToken stop)
    {
        var payment = await buyer.PayAsync(orderId, card.Method, stop);
        for (var i = 0; i < Patience && payment is { Status: "processing" } && !stop.IsCancellationRequested; i++)
            payment = await AgainAsync();
        if (payment?.Page is { } page)
        {
            if (card.Approves is not { } isApproved)
                return false;
            await stripe.AuthenticateAsync(page, isApproved, stop);
        }
        if (card.Approves == false)
        {
            for (var i = 0; i < Patience && payment is { Status: "processing" or "requires_action" } && !stop.IsCancellationRequested; i++)
                payment = await AgainAsync();
            await buyer.PayAsync(orderId, Card.Plain.Method, stop);
        }
        return true;

        async Task<(string Status, Uri? Page)?> AgainAsync()
        {
            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await buyer.PaymentAsync(orderId, stop);
        }
    }
}
