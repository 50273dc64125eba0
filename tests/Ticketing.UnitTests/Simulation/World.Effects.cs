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
        Tell($"the gateway performs the call for {order.OrderId}");
        if (payment.Status == PaymentStatus.Refunding)
            Bank.Refund(new(payment.RefundKey, payment.GatewayId!, order.RefundDue, order.Currency));
        else
            call.Result = Bank.Charge(new(payment.ChargeKey, order.Price, order.Currency, payment.Method, order.OrderId, payment.Attempt));
    }

    private void Answer(Call call)
    {
        Perform(call);
        _calls.Remove(call);
        Payments.Execute(call.Order.OrderId, current => call.Result is { } result
            ? OrderPayment.Charged(current, call.Order.Payment!.ChargeKey, result, Now)
            : OrderPayment.Refunded(current, call.Order.Payment!.RefundKey, Now));
    }

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

        public ChargeResult? Result { get; set; }
    }
}
