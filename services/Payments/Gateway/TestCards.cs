using System.Collections.Frozen;

namespace Ticketing.Payments.Gateway;

/// <summary>
/// Payment methods that Stripe has for tests (Stripe's documentation, "Test cards"), and what becomes of a charge with each. The Stripe
/// simulator compiles this file, too.
/// </summary>
internal static class TestCards
{
    /// <summary>How the card's issuer declines; null if it does not.</summary>
    public static readonly FrozenDictionary<string, CardDecline?> Declines = new Dictionary<string, CardDecline?>
    {
        ["pm_card_visa"] = null,
        ["pm_card_visa_debit"] = null,
        ["pm_card_mastercard"] = null,
        ["pm_card_mastercard_debit"] = null,
        ["pm_card_amex"] = null,
        ["pm_card_discover"] = null,
        ["pm_card_diners"] = null,
        ["pm_card_jcb"] = null,
        ["pm_card_unionpay"] = null,
        ["pm_card_chargeDeclined"] = new("card_declined", "generic_decline"),
        ["pm_card_visa_chargeDeclined"] = new("card_declined", "generic_decline"),
        ["pm_card_chargeDeclinedInsufficientFunds"] = new("card_declined", "insufficient_funds"),
        ["pm_card_visa_chargeDeclinedInsufficientFunds"] = new("card_declined", "insufficient_funds"),
        ["pm_card_visa_chargeDeclinedLostCard"] = new("card_declined", "lost_card"),
        ["pm_card_visa_chargeDeclinedStolenCard"] = new("card_declined", "stolen_card"),
        ["pm_card_chargeDeclinedFraudulent"] = new("card_declined", "fraudulent"),
        ["pm_card_chargeDeclinedExpiredCard"] = new("expired_card"),
        ["pm_card_chargeDeclinedIncorrectCvc"] = new("incorrect_cvc"),
        ["pm_card_chargeDeclinedProcessingError"] = new("processing_error"),
        ["pm_card_chargeCustomerFail"] = new("card_declined", "generic_decline"),
        // They are charged. What comes later, the Stripe simulator knows.
        ["pm_card_refundFail"] = null,
        ["pm_card_pendingRefund"] = null,
        ["pm_card_createDispute"] = null,
        ["pm_card_createDisputeProductNotReceived"] = null,
        ["pm_card_createDisputeInquiry"] = null,
    }.ToFrozenDictionary();
}

/// <summary>A card error as Stripe tells it.</summary>
/// <param name="Code">Stripe's error code.</param>
/// <param name="DeclineCode">The issuer's reason, if it gave one.</param>
internal sealed record CardDecline(string Code, string? DeclineCode = null);
