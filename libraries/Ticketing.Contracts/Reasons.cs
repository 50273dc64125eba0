namespace Ticketing.Contracts;

/// <summary>Why an order ended, or why it got no seats. A declined payment's reason is the gateway's own code.</summary>
public static class Reasons
{
    /// <summary>Fewer seats are left than were ordered.</summary>
    public const string SoldOut = "sold_out";

    /// <summary>The buyer would have more seats of the ticket than its seller allows.</summary>
    public const string LimitPerBuyer = "limit_per_buyer";

    /// <summary>The buyer has more unpaid orders than are allowed at a time.</summary>
    public const string TooManyUnpaid = "too_many_unpaid";

    /// <summary>The ticket is paused, withdrawn or cancelled, or its sales have not begun or are over.</summary>
    public const string NotOnSale = "not_on_sale";

    /// <summary>The ticket's price is another than the one the buyer saw.</summary>
    public const string PriceChanged = "price_changed";

    /// <summary>The hold ran out before the payment.</summary>
    public const string Expired = "expired";

    /// <summary>The buyer gave the order up.</summary>
    public const string CancelledByUser = "cancelled_by_user";

    /// <summary>The seller took the seats back.</summary>
    public const string SellerCancelled = "seller_cancelled";

    /// <summary>Orders knows no such order, so whatever was reserved or paid for it is given back.</summary>
    public const string UnknownOrder = "unknown_order";
}
