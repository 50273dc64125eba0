using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Tickets;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Tickets;

public sealed class ListingTests
{
    [Fact]
    public void A_listed_ticket_begins_at_version_1_with_every_seat_free() => GivenNo<Ticket>()
        .When(_ => Ticket.List("t", Some.Seller, "Front row", 10, "USD", 10))
        .Then(Tells<TicketCreated>(1))
        .With(ticket => Assert.Equal((1, 10, 0, 0), (ticket.Version, ticket.Available, ticket.Held, ticket.Sold)));

    [Fact]
    public void A_seller_changes_title_price_and_quantity_in_one_version() => Given(Some.Ticket())
        .When(ticket => Ticket.Change(ticket, Some.Seller, "Back row", 7.5m, 20))
        .Then(Tells<TicketUpdated>(2) with { Title = "Back row", Price = 7.5m, Quantity = 20 });

    [Fact]
    public void What_a_change_does_not_name_stays() => Given(Some.HeldTicket())
        .When(ticket => Ticket.Change(ticket, Some.Seller, title: null, price: null, quantity: 11))
        .Then(Tells<TicketUpdated>(3) with { Quantity = 11, Held = 2 });

    [Fact]
    public void A_change_to_what_is_there_is_no_change() => Given(Some.HeldTicket())
        .When(ticket => Ticket.Change(ticket, Some.Seller, "Front row", 10.00m, 10))
        .ThenNothing();

    [Fact]
    public void A_ticket_that_is_not_there_cannot_be_changed() => GivenNo<Ticket>()
        .When(ticket => Ticket.Change(ticket, Some.Seller, "Back row", null, null)).ThenRefused(RefusalKind.NotFound);

    [Fact]
    public void Only_its_seller_changes_a_ticket() => Given(Some.Ticket())
        .When(ticket => Ticket.Change(ticket, Some.Buyer, "Back row", null, null)).ThenRefused(RefusalKind.Forbidden);

    [Fact]
    public void A_listing_that_is_repeated_with_its_key_is_the_same_ticket_as_it_is_by_now() => GivenNo<Ticket>()
        .When(ticket => Ticket.ListOnce(ticket, Listing("Front row"))).Then(Tells<TicketCreated>(1))
        .When(ticket => Ticket.ListOnce(ticket, Listing("Front row"))).ThenNothing()
        .When(ticket => Ticket.Change(ticket, Some.Seller, null, 11, null)).Then(Tells<TicketUpdated>(2) with { Price = 11 })
        .When(ticket => Ticket.ListOnce(ticket, Listing("Front row"))).ThenNothing();

    [Fact]
    public void Another_listing_with_the_same_key_is_refused()
    {
        GivenNo<Ticket>().When(ticket => Ticket.ListOnce(ticket, Listing("Front row"))).Then(Tells<TicketCreated>(1))
            .When(ticket => Ticket.ListOnce(ticket, Listing("Back row"))).ThenRefused(RefusalKind.KeyReused)
            .When(ticket => Ticket.ListOnce(ticket, Listing("Front row", limit: 3))).ThenRefused(RefusalKind.KeyReused);
        Given(Some.Ticket()).When(ticket => Ticket.ListOnce(ticket, Listing("Front row"))).ThenRefused(RefusalKind.KeyReused);
    }

    [Fact]
    public void The_price_stays_while_seats_are_held() => Given(Some.HeldTicket())
        .When(ticket => Ticket.Change(ticket, Some.Seller, null, 11, null)).ThenRefused(RefusalKind.Conflict);

    [Fact]
    public void The_price_may_change_once_all_held_seats_are_sold() => Given(Some.SoldTicket())
        .When(ticket => Ticket.Change(ticket, Some.Seller, null, 11, null))
        .Then(Tells<TicketUpdated>(4) with { Price = 11, Sold = 2 });

    [Fact]
    public void The_quantity_may_fall_to_the_seats_that_are_taken() => Given(Some.HeldTicket())
        .When(ticket => Ticket.Change(ticket, Some.Seller, null, null, 2))
        .Then(
            Tells<TicketUpdated>(3) with { Quantity = 2, Held = 2 },
            new TicketSoldOut { Id = "t", TicketId = "t", Title = "Front row", UserId = Some.Seller, Quantity = 2, Version = 3 });

    [Fact]
    public void The_quantity_cannot_fall_under_the_seats_that_are_taken()
    {
        Given(Some.HeldTicket()).When(ticket => Ticket.Change(ticket, Some.Seller, null, null, 1)).ThenRefused(RefusalKind.Conflict);
        Given(Some.SoldTicket()).When(ticket => Ticket.Change(ticket, Some.Seller, null, null, 1)).ThenRefused(RefusalKind.Conflict);
    }

    private static Decision<Ticket> Listing(string title, int? limit = null) =>
        Ticket.List("t", Some.Seller, title, 10, "USD", 10, new() { MaxPerBuyer = limit });

    private static T Tells<T>(long version)
        where T : TicketState, new() =>
        new() { Id = "t", Title = "Front row", Price = 10, Currency = "USD", Quantity = 10, UserId = Some.Seller, Version = version };
}
