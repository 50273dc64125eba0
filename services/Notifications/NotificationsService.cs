using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Notifications;

/// <summary>Notifications listens to everyone, and tells buyers and sellers what concerns them.</summary>
public static class NotificationsService
{
    /// <summary>What the service is made of, as its settings are by default.</summary>
    public static Service Value { get; } = With(new NotificationOptions().RemindBefore);

    /// <summary>What the service is made of.</summary>
    /// <param name="remindBefore">How long before its hold ends a buyer is reminded of an order.</param>
    public static Service With(TimeSpan remindBefore)
    {
        return new Service("notifications")
            .Documents(Inbox.Documents)
            .On<OrderCreated, Inbox>(order => order.UserId, OrderChanged)
            .On<OrderPending, Inbox>(order => order.UserId, OrderChanged)
            .On<OrderCompleted, Inbox>(order => order.UserId, OrderChanged)
            .On<OrderCancelled, Inbox>(order => order.UserId, OrderChanged)
            .On<OrderFailed, Inbox>(order => order.UserId, OrderChanged)
            .On<PaymentFailed, Inbox>(payment => payment.UserId, Inbox.PaymentChanged)
            .On<PaymentPartiallyRefunded, Inbox>(payment => payment.UserId, Inbox.PaymentChanged)
            .On<PaymentRefunded, Inbox>(payment => payment.UserId, Inbox.PaymentChanged)
            .OnEach<PaymentRefundFailed, Inbox>(payment => [payment.UserId, .. payment.SellerIds ?? []], Inbox.RefundFailed)
            .On<PaymentDisputed, Inbox>(payment => payment.UserId, Inbox.PaymentChanged)
            // In case payment.disputed was lost, and the payment's state is told again.
            .On<PaymentSucceeded, Inbox>(payment => payment.UserId, Inbox.PaymentChanged)
            .On<TicketCreated, Inbox>(ticket => ticket.UserId, Inbox.TicketChanged)
            .On<TicketUpdated, Inbox>(ticket => ticket.UserId, Inbox.TicketChanged)
            .On<TicketLowStock, Inbox>(stock => stock.UserId, Inbox.StockChanged)
            .On<TicketSoldOut, Inbox>(stock => stock.UserId, Inbox.StockChanged)
            .On<AccountCreated, Inbox>(account => account.Id, Inbox.AccountChanged)
            .On<AccountUpdated, Inbox>(account => account.Id, Inbox.AccountChanged)
            .On<AccountDeleted, Inbox>(account => account.Id, Inbox.AccountDeleted)
            .WhenDue<Inbox>("remind_due", Inbox.Remind)
            .WhenDue<Inbox, Mails>("mail_due", (mails, due, cancellation) => mails.RunAsync(due, cancellation))
            .HearsOfEndedSessions();

        Decision<Inbox> OrderChanged(Inbox? inbox, OrderEvent order, DateTimeOffset now) => Inbox.OrderChanged(inbox, order, now, remindBefore);
    }
}
