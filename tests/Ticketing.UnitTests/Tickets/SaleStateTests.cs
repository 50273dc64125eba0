using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Tickets;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Tickets;

/// <summary>A ticket that is paused, resumed or withdrawn.</summary>
public sealed class SaleStateTests
{
    private static Ticket Paused => Ticket.Pause(Some.HeldTicket(), Some.Seller).State!;

    private static Ticket Withdrawn => Ticket.Withdraw(Some.HeldTicket(), Some.Seller).State!;

    [Fact]
    public void A_seller_pauses_a_ticket_once_and_resumes_it() => Given(Some.Ticket())
        .When(ticket => Ticket.Resume(ticket, Some.Seller)).ThenNothing()
        .When(ticket => Ticket.Pause(ticket, Some.Seller)).Then(Some.Updated(2, SaleState.Paused))
        .When(ticket => Ticket.Pause(ticket, Some.Seller)).ThenNothing()
        .When(ticket => Ticket.Resume(ticket, Some.Seller)).Then(Some.Updated(3, SaleState.OnSale));

    [Fact]
    public void A_withdrawn_ticket_stays_withdrawn_and_cannot_be_changed() => Given(Some.Ticket())
        .When(ticket => Ticket.Withdraw(ticket, Some.Seller)).Then(Some.Updated(2, SaleState.Withdrawn))
        .When(ticket => Ticket.Withdraw(ticket, Some.Seller)).ThenNothing()
        .When(ticket => Ticket.Pause(ticket, Some.Seller)).ThenRefused(RefusalKind.Conflict)
        .When(ticket => Ticket.Resume(ticket, Some.Seller)).ThenRefused(RefusalKind.Conflict)
        .When(ticket => Ticket.Change(ticket, Some.Seller, "Front row", null, null)).ThenRefused(RefusalKind.Conflict);

    [Fact]
    public void A_paused_ticket_can_be_changed_and_withdrawn() => Given(Paused)
        .When(ticket => Ticket.Change(ticket, Some.Seller, "Back row", null, null))
        .Then(Some.Updated(4, SaleState.Paused) with { Title = "Back row", Held = 2 })
        .When(ticket => Ticket.Withdraw(ticket, Some.Seller))
        .Then(Some.Updated(5, SaleState.Withdrawn) with { Title = "Back row", Held = 2 });

    [Fact]
    public void Only_its_seller_pauses_or_withdraws_a_ticket()
    {
        Func<Ticket?, string, Decision<Ticket>>[] commands = [Ticket.Pause, Ticket.Resume, Ticket.Withdraw];
        foreach (var decide in commands)
        {
            GivenNo<Ticket>().When(ticket => decide(ticket, Some.Seller)).ThenRefused(RefusalKind.NotFound);
            Given(Some.Ticket()).When(ticket => decide(ticket, Some.Buyer)).ThenRefused(RefusalKind.Forbidden);
        }
    }

    [Fact]
    public void A_ticket_that_is_paused_or_withdrawn_takes_no_new_orders()
    {
        foreach (var ticket in (Ticket[])[Paused, Withdrawn])
        {
            Given(ticket).When(ticket => Ticket.Reserve(ticket, Some.Created() with { OrderId = "o2" }, Some.Noon))
                .Then(new TicketRejected { Id = "t", OrderId = "o2", Reason = "not_on_sale", Version = 3 }).Unchanged()
                .When(ticket => Ticket.Reserve(ticket, Some.Created(), Some.Noon)).ThenNothing();
        }
    }

    [Fact]
    public void Held_seats_of_a_withdrawn_ticket_are_sold_and_sold_ones_released() => Given(Withdrawn)
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(3), Some.Noon)).Then(Some.Updated(4, SaleState.Withdrawn) with { Sold = 2 })
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(4), Some.Noon)).Then(Some.Updated(5, SaleState.Withdrawn));

    [Fact]
    public void A_paused_ticket_is_listed_and_not_available_and_a_withdrawn_one_is_its_sellers_only()
    {
        Assert.Equal(["all", "available", "by_seller"], Some.IndexesOf(Some.Ticket()));
        Assert.Equal(["all", "by_seller"], Some.IndexesOf(Paused));
        Assert.Equal(["all", "available", "by_seller"], Some.IndexesOf(Ticket.Resume(Paused, Some.Seller).State!));
        Assert.Equal(["by_seller"], Some.IndexesOf(Withdrawn));
    }
}
