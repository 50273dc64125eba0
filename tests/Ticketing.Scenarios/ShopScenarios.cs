using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

/// <summary>
/// What a running shop does, end to end. Derive from it for each way to start one. The tests share the shop, so each brings the tickets
/// and buyers that it counts; the books are checked when all have run.
/// </summary>
[TestCaseOrderer(typeof(BooksLast))]
public abstract partial class ShopScenarios
{
    /// <summary>The shop, started anew for this class, with a hold of a few seconds.</summary>
    protected abstract Shop Shop { get; }

    private protected async Task<(Caller Seller, Caller Buyer)> PeopleAsync() => (await Shop.SellerAsync(), await Shop.SignUpAsync());

    /// <summary>Waits until a ticket shows so many seats, as what happens to orders reaches Tickets a moment later.</summary>
    private async Task SeatsBecomeAsync(Ticket ticket, int available)
    {
        var seen = ticket;
        await Testing.Eventually.IsAsync(
            async () => (seen = await Shop.Anyone.TicketAsync(ticket.Id)).Available == available, () => $"{seen}, not {available} available");
    }
}
