using System.Collections.Concurrent;

namespace Ticketing.Faults.Tests.Load;

/// <summary>People who buy, and one who sells, until they are stopped.</summary>
internal sealed class ShopLoad(ShopClient shop, int seed)
{
    private const int Buyers = 10;
    private const int Tickets = 8;
    private const int Seats = 40;

    private readonly ConcurrentBag<string> _acknowledged = [];
    private readonly List<Person> _people = [];
    private readonly List<string> _tickets = [];

    /// <summary>The orders that someone got a 201 for.</summary>
    public IReadOnlyCollection<string> Acknowledged => _acknowledged;

    public async Task PrepareAsync()
    {
        for (var i = 0; i <= Buyers; i++)
            _people.Add(await Person.SignUpAsync(shop));
        for (var i = 0; i < Tickets; i++)
            _tickets.Add(await _people[0].ListAsync(Seats));
    }

    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(_people.Select((person, i) => i == 0 ? SellAsync(person, stop) : BuyAsync(person, new Random(seed * 100 + i), stop)));

    private async Task SellAsync(Person seller, CancellationToken stop)
    {
        for (var random = new Random(seed); !stop.IsCancellationRequested;)
        {
            var ticket = _tickets[random.Next(Tickets)];
            await seller.ChangeAsync(ticket, random.Next(3) == 0 ? new { price = random.Next(5, 50) } : new { quantity = random.Next(20, 80) }, stop);
            await Task.Delay(500, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task BuyAsync(Person buyer, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var mind = random.Next(10);
            // Every third order is for several tickets.
            var lines = random.GetItems([.. _tickets], random.Next(3) == 0 ? 3 : 1).Distinct().Select(ticket => (ticket, random.Next(1, 4))).ToArray();
            var id = await buyer.OrderAsync(lines, Guid.NewGuid().ToString(), stop);
            if (id is not null)
            {
                _acknowledged.Add(id);
                await DecideAsync(buyer, id, mind, stop);
            }
            await Task.Delay(random.Next(200), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task DecideAsync(Person buyer, string id, int mind, CancellationToken stop)
    {
        // Some give up before they know whether they have seats; some never come back, and their hold runs out.
        if (mind == 0)
            await buyer.CancelAsync(id, stop);
        if (mind <= 2 || await buyer.StatusAsync(id, stop) != "pending_payment")
            return;
        // Some cards are declined, and some of their owners have another one.
        var declines = mind is 3 or 5 ? 1 + (id[0] % 5) : 0;
        for (var i = 0; i < declines; i++)
            await buyer.PayAsync(id, "pm_card_chargeDeclined", stop);
        if (mind != 3)
            await buyer.PayAsync(id, "pm_card_visa", stop);
        if (mind == 4)
            await buyer.CancelAsync(id, stop);
    }
}
