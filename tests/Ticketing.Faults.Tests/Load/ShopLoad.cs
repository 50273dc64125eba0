using System.Collections.Concurrent;

namespace Ticketing.Faults.Tests.Load;

/// <summary>People who buy, and one who sells, until they are stopped.</summary>
internal sealed class ShopLoad(ShopClient shop, Payer payer, int seed)
{
    private const int Buyers = 10;
    private const int Tickets = 8;
    private const int Seats = 40;

    private readonly ConcurrentBag<string> _acknowledged = [];
    private readonly ConcurrentBag<GivenBack> _givenBack = [];
    private readonly ConcurrentBag<Person> _signedOut = [];
    private readonly List<Person> _people = [];
    private readonly ConcurrentBag<Person> _visitors = [];
    private readonly string[] _tickets = new string[Tickets];

    /// <summary>The orders that someone got a 201 for.</summary>
    public IReadOnlyCollection<string> Acknowledged => _acknowledged;

    /// <summary>The seats that someone was told to be given back.</summary>
    public IReadOnlyCollection<GivenBack> GivenBack => _givenBack;

    /// <summary>Those who were told that they are signed out, or that their account is deleted.</summary>
    public IReadOnlyCollection<Person> SignedOut => _signedOut;

    /// <summary>Everybody who was told to have signed up.</summary>
    public IReadOnlyCollection<Person> SignedUp => [.. _people, .. _visitors];

    public async Task PrepareAsync()
    {
        for (var i = 0; i <= Buyers; i++)
            _people.Add(await Person.SignUpAsync(shop));
        for (var i = 0; i < Tickets; i++)
            _tickets[i] = (await _people[0].ListAsync(SeatsOf(i), MaxPerBuyer(i), RefillOf(i), CancellationToken.None))!;
    }

    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(_people.Select((person, i) => i == 0 ? SellAsync(person, stop) : BuyAsync(person, new Random(seed * 100 + i), stop)).Append(VisitAsync(stop)));

    // Some limits are met after a few orders, and one rules some orders out. The others let as many through as there are seats.
    private static int MaxPerBuyer(int ticket) => ticket < 3 ? 2 + (2 * ticket) : Seats;

    // Some have few seats and some more held back, so that they are refilled and then sell out, more than once.
    private static bool IsScarce(int ticket) => ticket % 4 == 3;

    private static int SeatsOf(int ticket) => IsScarce(ticket) ? 3 : Seats;

    private static object? RefillOf(int ticket) => IsScarce(ticket) ? new { below = 0, amount = ticket / 3, upTo = 3 } : null;

    private async Task VisitAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var visitor = await Person.SignUpAsync(shop);
            _visitors.Add(visitor);
            if (_visitors.Count % 3 == 0 ? await visitor.DeleteAccountAsync(stop) : await visitor.SignOutAsync(stop))
                _signedOut.Add(visitor);
            await Task.Delay(1000, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SellAsync(Person seller, CancellationToken stop)
    {
        for (var random = new Random(seed); !stop.IsCancellationRequested;)
        {
            var (number, mind, which) = (random.Next(Tickets), random.Next(12), random.NextDouble());
            var ticket = _tickets[number];
            if (mind == 0)
            {
                // Another one takes its place, so that there is something to buy.
                if (await seller.CancelTicketAsync(ticket, stop) && await seller.ListAsync(SeatsOf(number), MaxPerBuyer(number), RefillOf(number), stop) is { } next)
                    _tickets[number] = next;
            }
            else if (mind <= 3)
            {
                if (await seller.OrdersOfAsync(ticket, stop) is { Count: > 0 } orders && orders[(int)(which * orders.Count)] is var order
                    && await seller.RefundAsync(ticket, order, stop))
                    _givenBack.Add(new(order, ticket, 0));
            }
            else
            {
                await seller.ChangeAsync(ticket, mind <= 6 ? new { price = random.Next(5, 50) } : new { quantity = random.Next(SeatsOf(number) / 2, 2 * SeatsOf(number)) + 1 }, stop);
            }
            await Task.Delay(500, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task BuyAsync(Person buyer, Random random, CancellationToken stop)
    {
        var paid = new List<(string Id, (string TicketId, int Quantity)[] Lines)>();
        while (!stop.IsCancellationRequested)
        {
            var (mind, card, givesBack, which) = (random.Next(10), Card.Of(random.Next(Card.Kinds)), random.Next(4) == 0, random.NextDouble());
            // Every third order is for several tickets.
            var lines = random.GetItems([.. _tickets], random.Next(3) == 0 ? 3 : 1).Distinct().Select(ticket => (ticket, random.Next(1, 4))).ToArray();
            var id = await buyer.OrderAsync(lines, Guid.NewGuid().ToString(), stop);
            if (id is not null)
            {
                _acknowledged.Add(id);
                if (await DecideAsync(buyer, id, mind, card, stop))
                    paid.Add((id, lines));
            }
            if (givesBack && paid.Count > 0)
                await GiveBackAsync(buyer, paid[(int)(which * paid.Count)], random, stop);
            await Task.Delay(random.Next(200), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The order may not be completed yet, or may have been refused, or keeps fewer seats already: then nothing is given back.
    private async Task GiveBackAsync(Person buyer, (string Id, (string TicketId, int Quantity)[] Lines) order, Random random, CancellationToken stop)
    {
        (string TicketId, int Kept)[] kept = [.. order.Lines.Take(random.Next(1, 4)).Select(line => (line.TicketId, random.Next(line.Quantity)))];
        if (await buyer.KeepAsync(order.Id, kept, stop))
            foreach (var (ticketId, quantity) in kept)
                _givenBack.Add(new(order.Id, ticketId, quantity));
    }

    /// <returns>Whether the order is paid, as far as its buyer can tell.</returns>
    private async Task<bool> DecideAsync(Person buyer, string id, int mind, Card card, CancellationToken stop)
    {
        // Some give up before they know whether they have seats; some never come back, and their hold runs out.
        if (mind == 0)
            await buyer.CancelAsync(id, stop);
        if (mind <= 2 || await buyer.StatusAsync(id, stop) != "pending_payment")
            return false;
        // Some cards are declined, and some of their owners have another one.
        var declines = mind is 3 or 5 ? 1 + (id[0] % 5) : 0;
        for (var i = 0; i < declines; i++)
            await buyer.PayAsync(id, "pm_card_chargeDeclined", stop);
        var isPaid = mind != 3 && await payer.PayAsync(buyer, id, card, stop);
        if (mind == 4)
            await buyer.CancelAsync(id, stop);
        return isPaid && mind > 4;
    }
}
