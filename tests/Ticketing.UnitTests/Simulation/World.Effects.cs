using Ticketing.Contracts;
using Ticketing.Expiration;
using Ticketing.Orders;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using Ticketing.Tickets;

namespace Ticketing.UnitTests.Simulation;

/// <summary>What the clock brings about: holds run out, charges and refunds are due, orders are told that they lose their seats.</summary>
internal sealed partial class World
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private readonly List<Call> _calls = [];

    /// <summary>What the provider said at some time.</summary>
    private readonly List<ProviderCharge> _asked = [];

    private List<OrderTimer> SetTimers => [.. Timers.All.Where(timer => timer.Status == TimerStatus.Set)];

    private TimeSpan UntilNextHoldEnds => SetTimers.Select(timer => timer.ExpiresAt - Now).Where(left => left > TimeSpan.Zero).DefaultIfEmpty().Min();

    private List<OrderTimer> DueTimers => [.. Timers.All.Where(timer => timer.Status == TimerStatus.Set && timer.ExpiresAt <= Now)];

    private List<OrderPayment> DuePayments => [.. Payments.All.Where(payment => payment.Payment?.DueAt <= Now)];

    private IEnumerable<Order> LivingOrders => Orders.All.Where(order => order.Status is OrderStatus.Created or OrderStatus.PendingPayment);

    private List<Order> OverdueOrders => [.. LivingOrders.Where(order => order.OverdueAt <= Now)];

    private List<Order> DecidedOrders => [.. Orders.All.Except(LivingOrders)];

    private List<Order> CompletedOrders => [.. Orders.All.Where(order => order.Status == OrderStatus.Completed)];

    private List<string> PayableOrders =>
        [.. Payments.All.Where(payment => payment.OrderStatus == OrderStatus.PendingPayment).Select(payment => payment.OrderId)];

    private List<Ticket> TakenTickets => [.. Tickets.All.Where(ticket => ticket.Held + ticket.Sold > 0)];

    private List<Ticket> RevokingTickets => [.. Tickets.All.Where(ticket => ticket.RevokeAt <= Now)];

    private void Revoke(Ticket ticket)
    {
        Tell($"the next orders that lose their seats of {ticket.Id} are told");
        Tickets.Execute(ticket.Id, current => Ticket.Revoke(current!, Now));
    }

    private void EndOverdue(Order order)
    {
        Tell($"{order.Id} is overdue");
        Orders.Execute(order.Id, current => Order.Overdue(current!));
    }

    private void Fire(OrderTimer timer)
    {
        Tell($"the timer of {timer.OrderId} fires");
        Timers.Execute(timer.OrderId, current => OrderTimer.Fire(current!));
    }

    private void Claim(OrderPayment due)
    {
        Tell($"the effect of {due.OrderId} is claimed");
        if (Payments.Execute(due.OrderId, payment => OrderPayment.Claim(payment!, Now, Lease)))
            _calls.Add(new Call(Payments.Find(due.OrderId)!));
    }

    /// <summary>The gateway does what a call asks for. Its answer is on its way.</summary>
    private void Perform(Call call)
    {
        var (order, payment) = (call.Order, call.Order.Payment!);
        Tell($"the gateway performs the call of {order.OrderId}: {call.Kind}");
        var charge = new Charge(payment.ChargeKey, order.Price, order.Currency, payment.Method, order.OrderId, payment.Id, payment.Attempt);
        switch (call.Kind)
        {
            case GatewayCall.Ask: call.Found = Bank.Now(payment.GatewayId!); break;
            case GatewayCall.Refund: call.Refund = Bank.Refund(new(payment.RefundKey, payment.GatewayId!, order.RefundDue, order.Currency)); break;
            case GatewayCall.RefundStray: throw new BrokenLawException("No charge is captured besides an order's payment.");
            case GatewayCall.Charge: call.Charge = Bank.ChargeFor(charge); break;
            default: call.Charge = payment.GatewayId is { } id ? Bank.Cancel(id) : Bank.Void(charge); break;
        }
    }

    private void Answer(Call call)
    {
        Perform(call);
        _calls.Remove(call);
        var (id, payment) = (call.Order.OrderId, call.Order.Payment!);
        // As the caller of the gateway does: the provider may know why it refused.
        if (call.Refund is { Status: RefundStatus.Failed, Id: null })
            Take(Bank.Now(payment.GatewayId!));
        if (call.Refund is { } refund)
            Payments.Execute(id, current => OrderPayment.Refunded(current, payment.RefundKey, refund, Now));
        else if (call.Charge is { } charge)
            Payments.Execute(id, current => OrderPayment.Charged(current, payment.ChargeKey, charge, Now));
        else if (call.Found is { } found)
            Take(found);
    }

    /// <summary>The provider is asked how a charge is, because it said something, or might have. The answer may take so long that it is old.</summary>
    private bool Take(ProviderCharge found)
    {
        Tell($"the provider says that {found.Result.Id} of {found.OrderId} is {found.Result}, refunds {found.Refunds.Count}, disputes {found.Disputes.Count}");
        _asked.Add(found);
        return Payments.Execute(found.OrderId!, order => OrderPayment.Take(order, found, Now));
    }

    private void Hear(int which, int howOld)
    {
        if (howOld % 4 == 0)
            OnOne(_asked, which, found => Take(found));
        else
            OnOne([.. Bank.All], which, found => Take(found));
    }

    /// <summary>The buyer confirms on the bank's page, or does not.</summary>
    private void Confirm(Bank.Account account, bool isApproved)
    {
        Tell($"the buyer {(isApproved ? "confirms" : "declines")} {account.Id}");
        (account.IsWaiting, account.Result) = (false, new(account.Id, isApproved ? null : "payment_intent_authentication_failure"));
    }

    private void FailRefund(Bank.Account account)
    {
        Tell($"the last refund of {account.Id} fails");
        Bank.FailRefund(account);
    }

    private void Dispute(Bank.Account account, int how)
    {
        Tell($"{account.Id} is disputed");
        if (how % 3 == 0)
            Bank.RefundByHand(account);
        else
            Bank.Dispute(account);
    }

    private void EndDispute(Bank.Account account, bool isWon)
    {
        Tell($"the dispute of {account.Id} is {(isWon ? "won" : "lost")}");
        account.Dispute = account.Dispute! with { State = isWon ? DisputeState.Won : DisputeState.Lost };
    }

    private void RetryRefund(string id) => Payments.Execute(id, payment => OrderPayment.RetryRefund(payment, Now));

    private List<string> FailedRefunds =>
        [.. Payments.All.Where(payment => payment.Payment is { Status: PaymentStatus.RefundFailed, Dispute: not DisputeState.Disputed }).Select(payment => payment.OrderId)];

    /// <summary>The caller hears no answer, whether or not the gateway did what it asked for.</summary>
    private void Break(Call call)
    {
        Tell($"the call for {call.Order.OrderId} breaks off");
        _calls.Remove(call);
    }

    /// <summary>A call to the gateway, made for the payment as it was then.</summary>
    private sealed class Call(OrderPayment order)
    {
        public OrderPayment Order => order;

        public GatewayCall Kind { get; } = order.CallDue;

        public ChargeResult? Charge { get; set; }

        public RefundResult? Refund { get; set; }

        public ProviderCharge? Found { get; set; }
    }
}
