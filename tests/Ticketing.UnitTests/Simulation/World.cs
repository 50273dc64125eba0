using Ticketing.Expiration;
using Ticketing.Orders;
using Ticketing.Payments;
using Ticketing.Tickets;

namespace Ticketing.UnitTests.Simulation;

/// <summary>All services, their documents, the topics between them and the clock, in one thread and without any I/O.</summary>
/// <param name="told">Where what happens is written, if anyone wants to read it.</param>
internal sealed partial class World(List<string>? told = null)
{
    public DateTimeOffset Now { get; private set; } = Some.Noon;

    public Table<Ticket> Tickets => field ??= new(
        this, Ticket.Documents, (before, after) => Laws.Ticket(before, after, Orders, Now), ticket => ticket?.Version ?? 0);

    public Table<Order> Orders => field ??= new(this, Order.Documents, (before, after) => Laws.Order(before, after, Now), order => order?.Version ?? 0);

    public Table<TicketReplica> Replicas => field ??= new(this, TicketReplica.Documents, Laws.Replica);

    public Table<OrderPayment> Payments => field ??= new(
        this, OrderPayment.Documents, Laws.Payment, payment => payment?.Payment?.Version ?? 0);

    public Table<OrderTimer> Timers => field ??= new(this, OrderTimer.Documents, Laws.Timer);

    public List<Outbox> Outboxes { get; } = [];

    public Versions Versions { get; } = new();

    public Bank Bank { get; } = new();

    public void Tell(string what) => told?.Add(what);

    private void PassTime(TimeSpan time)
    {
        Now += time;
        Tell($"it is {Now:HH:mm:ss}");
    }
}
