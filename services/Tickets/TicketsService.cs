using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Tickets;

/// <summary>Tickets listens to orders: reserves, sells and releases their seats. Orders that lose theirs are told one after the other.</summary>
public static class TicketsService
{
    /// <summary>What the service is made of.</summary>
    public static Service Value { get; } = new Service("tickets")
        .Publishes(Topics.Tickets).ReadBy("orders", "notifications").TellsActions()
        .Documents(Ticket.Documents, ticket => ticket.Tell())
        .OnEach<OrderCreated, Ticket>(TicketsOf, (_, ticket, order, now) => Ticket.Reserve(ticket, order, now))
        .OnEach<OrderCompleted, Ticket>(TicketsOf, (_, ticket, order, now) => Ticket.Sell(ticket, order, now))
        .OnEach<OrderCancelled, Ticket>(TicketsOf, (_, ticket, order, now) => Ticket.Release(ticket, order, now))
        .OnEach<OrderFailed, Ticket>(TicketsOf, (_, ticket, order, now) => Ticket.Release(ticket, order, now))
        .WhenDue<Ticket>("revoking", Ticket.Revoke)
        .HearsOfEndedSessions();

    private static IEnumerable<string> TicketsOf(OrderEvent order) => order.AllLines.Select(line => line.TicketId);
}
