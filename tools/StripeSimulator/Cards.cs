using System.Collections.Frozen;
using Ticketing.Payments.Gateway;

namespace Ticketing.Tools.Stripe;

/// <summary>What Stripe's test cards do (Stripe's documentation, "Test cards") beyond being charged or declined at once.</summary>
internal static class Cards
{
    /// <summary>A refund is pending at first, and succeeds later.</summary>
    public const string PendingRefund = "pm_card_pendingRefund";

    /// <summary>A refund succeeds at first, and fails later.</summary>
    public const string RefundFails = "pm_card_refundFail";

    /// <summary>The cardholder must authenticate each charge.</summary>
    private static readonly FrozenSet<string> Authenticated =
        ["pm_card_authenticationRequired", "pm_card_authenticationRequiredOnSetup", "pm_card_threeDSecure2Required"];

    // The reason, and whether it is only an inquiry.
    private static readonly FrozenDictionary<string, (string Reason, bool IsInquiry)> Disputed = new Dictionary<string, (string, bool)>
    {
        ["pm_card_createDispute"] = ("fraudulent", false),
        ["pm_card_createDisputeProductNotReceived"] = ("product_not_received", false),
        ["pm_card_createDisputeInquiry"] = ("fraudulent", true),
    }.ToFrozenDictionary();

    public static bool Exists(string card) => MustAuthenticate(card) || TestCards.Declines.ContainsKey(card);

    public static bool MustAuthenticate(string card) => Authenticated.Contains(card);

    public static CardDecline? DeclineOf(string card) => TestCards.Declines.GetValueOrDefault(card);

    /// <summary>How a charge is disputed later; null if it is not.</summary>
    public static (string Reason, bool IsInquiry)? DisputeOf(string card) => Disputed.TryGetValue(card, out var dispute) ? dispute : null;
}
