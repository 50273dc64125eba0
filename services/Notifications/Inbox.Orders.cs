using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Notifications;

/// <summary>What a buyer is told of orders and payments, and a seller of refunds that failed: once for each cause, however often its event comes.</summary>
public sealed partial record Inbox
{
    // Who reads the topics from their beginning, such as a shop that gets this service later, tells nobody what they have known for long.
    private static readonly TimeSpan NewsFor = TimeSpan.FromDays(1);

    /// <summary>An order of the user changed. It is told when its status becomes another; what is told again, or is older than what is known, is no news.</summary>
    /// <param name="inbox">The buyer's inbox.</param>
    /// <param name="order">The order.</param>
    /// <param name="now">The time.</param>
    /// <param name="remindBefore">How long before its hold ends the buyer is reminded. A hold that is shorter is not worth it.</param>
    public static Decision<Inbox> OrderChanged(Inbox? inbox, OrderEvent order, DateTimeOffset now, TimeSpan remindBefore)
    {
        var index = inbox?.Orders.FindLastIndex(one => one.Id == order.OrderId) ?? -1;
        var known = index < 0 ? null : inbox!.Orders[index];
        // Nobody placed an order that Orders does not know, and often nobody knows whose it is.
        if (inbox is { IsDeleted: true } || order.Version <= known?.Version || (known is null && order.Reason == Reasons.UnknownOrder))
            return Decision<Inbox>.Nothing;
        var isOpen = order.Status is OrderStatus.Created or OrderStatus.PendingPayment;
        // Most orders change in this way, and nobody is told.
        if (isOpen && known?.HeldUntil == order.ExpiresAt)
            return Decision<Inbox>.Nothing;
        var (remindAt, mine) = (order.ExpiresAt - remindBefore, Of(inbox, order.UserId));
        var next = mine with
        {
            Orders = With(mine.Orders, index, (known ?? new(order.OrderId)) with { Version = order.Version, Status = order.Status, HeldUntil = isOpen ? order.ExpiresAt : null }),
            Reminders = mine.Reminders.RemoveAll(reminder => reminder.OrderId == order.OrderId),
        };
        if (isOpen && remindAt > now && known is not { IsReminded: true })
            next = next with { Reminders = [.. next.Reminders.TakeLast(MaxOrders - 1), new(order.OrderId, remindAt)] };
        NotificationKind? news = (known?.Status, order.Status) switch
        {
            (null, OrderStatus.Created or OrderStatus.PendingPayment) => NotificationKind.OrderReceived,
            (_, OrderStatus.Created or OrderStatus.PendingPayment) => null,
            var (before, after) when before == after => null,
            (_, OrderStatus.Completed) => NotificationKind.OrderApproved,
            (_, OrderStatus.Failed) => NotificationKind.OrderFailed,
            _ => order.Reason == Reasons.Expired ? NotificationKind.OrderExpired : NotificationKind.OrderCancelled,
        };
        // A cancellation is news at any time. What else becomes of an order is decided when its hold ends, or a moment later.
        var isOld = news is not NotificationKind.OrderCancelled && now - order.ExpiresAt > NewsFor;
        return new(isOld || news is not { } kind ? next : next.Tell(kind, now, told => told with
        {
            OrderId = order.OrderId,
            What = WhatOf(order),
            Amount = order.Price,
            Currency = order.Currency,
            HeldUntil = isOpen ? order.ExpiresAt : null,
            Reason = order.Reason,
        }));
    }

    /// <summary>A payment of the user changed. What order and payment tell may come in either order.</summary>
    public static Decision<Inbox> PaymentChanged(Inbox? inbox, PaymentEvent payment, DateTimeOffset now)
    {
        var index = inbox?.Orders.FindLastIndex(one => one.Id == payment.OrderId) ?? -1;
        var known = index < 0 ? null : inbox!.Orders[index];
        if (inbox is { IsDeleted: true } || payment.Version <= known?.PaymentVersion)
            return Decision<Inbox>.Nothing;
        var before = known ?? new(payment.OrderId);
        var refunded = payment switch
        {
            PaymentRefunded => payment.Amount,
            PaymentPartiallyRefunded part => part.Refunded,
            PaymentRefundFailed failed => failed.Refunded,
            PaymentDisputed disputed => disputed.Refunded,
            _ => before.Refunded,
        };
        var after = before with { PaymentVersion = payment.Version, Refunded = refunded, Dispute = payment.Dispute ?? before.Dispute };
        // The last attempt's end is the order's, which tells it.
        var attemptsLeft = payment is PaymentFailed { AttemptsLeft: > 0 and var left } ? left : 0;
        if (attemptsLeft == 0 && (after.Refunded, after.Dispute) == (before.Refunded, before.Dispute))
            return Decision<Inbox>.Nothing;
        var mine = Of(inbox, payment.UserId);
        var what = mine.WhatWas(payment.OrderId);
        mine = mine with { Orders = With(mine.Orders, index, after) };
        if (attemptsLeft > 0)
            mine = mine.Tell(NotificationKind.PaymentDeclined, now, told => About(told) with { AttemptsLeft = attemptsLeft, HeldUntil = before.HeldUntil, Reason = payment.Reason });
        if (after.Dispute != before.Dispute)
            mine = mine.Tell(NotificationKind.PaymentDisputed, now, told => About(told) with { Amount = payment.Amount, Dispute = after.Dispute });
        // It becomes less when a refund comes back.
        if (after.Refunded > before.Refunded)
            mine = mine.Tell(NotificationKind.PaymentRefunded, now, told => About(told) with { Amount = after.Refunded - before.Refunded });
        return new(mine);

        Notification About(Notification told) => told with { OrderId = payment.OrderId, What = what, Currency = payment.Currency };
    }

    /// <summary>A refund did not reach the buyer. Each seller of the order is told, once for each refund that fails; a buyer of their own tickets is both.</summary>
    /// <param name="userId">Whose inbox it is.</param>
    /// <param name="inbox">The inbox.</param>
    /// <param name="payment">The payment.</param>
    /// <param name="now">The time.</param>
    public static Decision<Inbox> RefundFailed(string userId, Inbox? inbox, PaymentRefundFailed payment, DateTimeOffset now)
    {
        var asBuyer = userId == payment.UserId ? PaymentChanged(inbox, payment, now) : Decision<Inbox>.Nothing;
        if (inbox is { IsDeleted: true } || payment.SellerIds?.Contains(userId) != true)
            return asBuyer;
        var mine = asBuyer.State ?? Of(inbox, userId);
        var index = mine.Orders.FindLastIndex(one => one.Id == payment.OrderId);
        var known = index < 0 ? new(payment.OrderId) : mine.Orders[index];
        if (payment.Failed <= known.RefundsFailed)
            return asBuyer;
        // Some of it may have gone back in another way since.
        var amount = Math.Min(payment.Failed - known.RefundsFailed, payment.Amount - payment.Refunded);
        return new((mine with { Orders = With(mine.Orders, index, known with { RefundsFailed = payment.Failed }) }).Tell(NotificationKind.RefundFailed, now, told => told with
        {
            OrderId = payment.OrderId,
            What = mine.WhatWas(payment.OrderId),
            Amount = amount,
            Currency = payment.Currency,
        }));
    }

    /// <summary>Holds end soon. What is over by now needs no reminder.</summary>
    public static Decision<Inbox> Remind(Inbox inbox, DateTimeOffset now)
    {
        var due = inbox.Reminders.Where(reminder => reminder.At <= now).ToArray();
        if (due.Length == 0)
            return Decision<Inbox>.Nothing;
        var next = inbox with { Reminders = inbox.Reminders.RemoveRange(due) };
        foreach (var reminder in due)
        {
            // Of an order that is no longer known, nobody knows whether it still waits.
            if (next.Orders.FindLastIndex(order => order.Id == reminder.OrderId) is not (>= 0 and var index))
                continue;
            var order = next.Orders[index];
            next = next with { Orders = next.Orders.SetItem(index, order with { IsReminded = true }) };
            if (order.HeldUntil > now)
                next = next.Tell(NotificationKind.OrderExpiring, now, told => told with { OrderId = order.Id, What = inbox.WhatWas(order.Id), HeldUntil = order.HeldUntil });
        }
        return new(next);
    }

    /// <summary>What was ordered, as it was told last.</summary>
    private string? WhatWas(string orderId) => Items.FindLastIndex(item => item.OrderId == orderId) is >= 0 and var index ? Items[index].What : null;
}
