using System.Collections.Frozen;

namespace Ticketing.Contracts;

/// <summary>How each type of event is called as an action of its service: the first word of its type, and what was done.</summary>
public static class Actions
{
    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["ticket.created"] = "new-ticket",
        ["ticket.updated"] = "stock-updated",
        ["ticket.reserved"] = "seats-reserved",
        ["ticket.rejected"] = "seats-refused",
        ["ticket.revoked"] = "seats-revoked",
        ["ticket.low_stock"] = "stock-low",
        ["ticket.sold_out"] = "stock-empty",
        ["order.created"] = "new-order",
        ["order.pending"] = "order-pending",
        ["order.completed"] = "order-approved",
        ["order.cancelled"] = "order-cancelled",
        ["order.failed"] = "order-failed",
        ["payment.created"] = "new-payment",
        ["payment.succeeded"] = "payment-succeeded",
        ["payment.failed"] = "payment-declined",
        ["payment.requires_action"] = "payment-action-required",
        ["payment.partially_refunded"] = "payment-partly-refunded",
        ["payment.refunded"] = "payment-refunded",
        ["payment.refund_failed"] = "refund-failed",
        ["payment.disputed"] = "payment-disputed",
        ["expiration.expired"] = "hold-expired",
        ["account.created"] = "new-account",
        ["account.updated"] = "account-updated",
        ["account.deleted"] = "account-deleted",
    }.ToFrozenDictionary();

    /// <summary>The types of events that have a name.</summary>
    public static IEnumerable<string> Types => Names.Keys;

    /// <summary>What was done, such as <c>new-order</c>. A type without a name is its own.</summary>
    public static string NameOf(string eventType) => Names.GetValueOrDefault(eventType, eventType);

    /// <summary>Who did it, such as <c>order-service</c>.</summary>
    public static string ServiceOf(string eventType) => $"{eventType.Split('.')[0]}-service";
}
