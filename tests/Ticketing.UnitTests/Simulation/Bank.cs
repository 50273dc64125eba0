using Ticketing.Contracts;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;

namespace Ticketing.UnitTests.Simulation;

/// <summary>The money that the provider really moved.</summary>
internal sealed class Bank
{
    private readonly List<Account> _accounts = [];

    public IEnumerable<string> Orders => _accounts.Select(account => account.Charge.OrderId).Distinct();

    /// <summary>Charges that wait for their buyer.</summary>
    public List<Account> Waiting => _accounts.FindAll(account => account.IsWaiting);

    public List<Account> Captured => _accounts.FindAll(account => account.IsCaptured);

    public List<Account> Disputed => _accounts.FindAll(account => account.Dispute is { State: DisputeState.Disputed });

    /// <summary>How each charge is now.</summary>
    public IEnumerable<ProviderCharge> All => _accounts.Select(account => account.Now);

    /// <summary>What was captured for an order, and neither went back nor was taken back.</summary>
    public decimal KeptOf(string orderId) => _accounts.Where(account => account.Charge.OrderId == orderId).Sum(account => account.Kept);

    /// <summary>What the bank took back for good, and what others than the shop sent back.</summary>
    public decimal TakenBackOf(string orderId) => _accounts.Where(account => account.Charge.OrderId == orderId).Sum(account =>
        account.Refunds.Where(refund => refund is { Key: null, Status: not RefundStatus.Failed }).Sum(refund => refund.Amount)
        + (account.Dispute is { State: not DisputeState.Won } dispute ? dispute.Amount : 0));

    /// <summary>Null if the charge's key was taken to make sure of the opposite.</summary>
    public ChargeResult? ChargeFor(Charge charge)
    {
        if (Find(charge) is { } known)
            // As it was first answered, whatever became of it.
            return known.Answer;
        Law.Check(!Captured.Exists(account => account.Charge.OrderId == charge.OrderId), "No more is charged once an order's money is captured.");
        var account = Open(charge);
        var decline = charge.Method == World.DeclinedCard ? "card_declined" : null;
        account.IsWaiting = charge.Method == World.AuthenticatedCard;
        account.Result = account.Answer = new(account.Id, decline, account.IsWaiting ? new("redirect_to_url", "https://bank", "secret") : null);
        return account.Answer;
    }

    public ChargeResult Void(Charge charge) => Cancel((Find(charge) ?? Open(charge)).Id);

    public ChargeResult Cancel(string id)
    {
        var account = Find(id);
        if (account.Result is null or { Action: not null })
            (account.IsWaiting, account.Result) = (false, new(id, "canceled"));
        return account.Result;
    }

    public RefundResult Refund(Refund refund)
    {
        var account = Find(refund.ChargeId);
        Law.Check(account.IsCaptured, "Only captured money goes back.");
        if (account.Refunds.Find(made => made.Key == refund.IdempotencyKey) is { } known)
        {
            Law.Check(known.Amount == refund.Amount, "A refund that is sent again is the same.");
            return new(known.GatewayId, known.Status, known.Reason);
        }
        if (account.Dispute is { State: DisputeState.Disputed })
            return new(null, RefundStatus.Failed, "charge_disputed");
        var amount = refund.Amount ?? account.Kept;
        Law.Check(amount > 0, "A refund sends something back.");
        return amount > account.Kept ? new(null, RefundStatus.Failed, "amount_too_large") : Add(account, refund.IdempotencyKey, amount);
    }

    /// <summary>Somebody sends a captured charge back in the provider's dashboard.</summary>
    public static void RefundByHand(Account account)
    {
        if (account.Kept > 0 && account.Dispute is not { State: DisputeState.Disputed })
            Add(account, null, account.Kept);
    }

    /// <summary>The bank cannot take the last refund.</summary>
    public static void FailRefund(Account account)
    {
        if (account.Refunds is [.., { Status: RefundStatus.Succeeded } last])
            account.Refunds[^1] = last with { Status = RefundStatus.Failed, Reason = "lost_or_stolen_card" };
    }

    /// <summary>The buyer disputes what is left of a charge, once.</summary>
    public static void Dispute(Account account)
    {
        if (account.Dispute is null && account.Kept > 0)
            account.Dispute = new($"dp_{account.Id}", account.Kept, DisputeState.Disputed, "fraudulent", Some.Noon);
    }

    public ProviderCharge Now(string id) => Find(id).Now;

    private static RefundResult Add(Account account, string? key, decimal amount)
    {
        account.Refunds.Add(new(key, $"re_{account.Id}_{account.Refunds.Count}", amount, RefundStatus.Succeeded, null, Some.Noon));
        return new(account.Refunds[^1].GatewayId, RefundStatus.Succeeded);
    }

    private Account Open(Charge charge)
    {
        _accounts.Add(new Account($"pi_{_accounts.Count + 1}", charge));
        return _accounts[^1];
    }

    private Account Find(string id) => _accounts.Single(account => account.Id == id);

    private Account? Find(Charge charge)
    {
        var known = _accounts.Find(account => account.Charge.IdempotencyKey == charge.IdempotencyKey);
        Law.Check(known is null || known.Charge == charge, "A charge that is sent again is the same.");
        return known;
    }

    /// <summary>A charge at the provider.</summary>
    internal sealed class Account(string id, Charge charge)
    {
        public string Id => id;

        public Charge Charge => charge;

        /// <summary>What its call was answered; null if its key was taken by a charge that nobody confirms.</summary>
        public ChargeResult? Answer { get; set; }

        public ChargeResult? Result { get; set; }

        public bool IsWaiting { get; set; }

        public bool IsCaptured => Result?.IsCaptured == true;

        public List<MadeRefund> Refunds { get; } = [];

        public Dispute? Dispute { get; set; }

        public decimal Kept => !IsCaptured ? 0 : charge.Amount - Refunds.Where(refund => refund.Status != RefundStatus.Failed).Sum(refund => refund.Amount)
            - (Dispute is { State: not DisputeState.Won } dispute ? dispute.Amount : 0);

        public ProviderCharge Now => new(
            Result ?? new(id) { IsUndecided = true }, charge.OrderId, charge.PaymentId, charge.Attempt, charge.Method, IsCaptured ? charge.Amount : 0, Some.Noon,
            [.. Refunds], Dispute is null ? [] : [Dispute]);
    }
}
