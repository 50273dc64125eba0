using System.CommandLine;
using Ticketing.Scenarios.Client;

namespace Ticketing.Benchmarks.Shops;

/// <summary>From an order placed to its seats reserved, one order at a time, and where the time goes.</summary>
internal static class LatencyBenchmark
{
    private const int WarmUp = 200;
    private const int OrdersPerBuyer = 4;

    public static Command Command()
    {
        var orders = new Option<int>("--orders") { DefaultValueFactory = _ => 1000, Description = "How many orders are measured." };
        var command = new Command("latency", "From order placed to pending_payment, and where the time goes.") { orders };
        command.SetAction((arguments, _) => RunAsync(arguments.GetRequiredValue(orders)));
        return command;
    }

    private static async Task RunAsync(int count)
    {
        await using var running = await RunningShop.StartAsync();
        var seller = await running.Shop.SellerAsync();
        // Nobody pays, and a buyer with many unpaid orders is not a usual one.
        var buyers = await Task.WhenAll(Enumerable.Range(0, ((WarmUp + count) / OrdersPerBuyer) + 1).Select(_ => running.Shop.SignUpAsync()));
        var ticket = await seller.ListTicketAsync(quantity: 10_000, maxPerBuyer: 10_000);
        var placed = new List<Placed>();
        for (var i = 0; i < WarmUp + count; i++)
            placed.Add(await PlaceAsync(buyers[i / OrdersPerBuyer], ticket));
        await running.Shop.SettleAsync();

        placed.RemoveRange(0, WarmUp);
        var times = DecisionTimes.Read(running.Shop.Endpoints.Kafka);
        Console.WriteLine($"order placed to pending_payment, {count} orders, one at a time:");
        Print("all of it, as the buyer sees it", placed, order => (order.Seen - order.Sent).TotalMilliseconds);
        Console.WriteLine("of which:");
        Print("POST sent → order.created decided", placed, order => times.At("order.created", order.Id) - Ms(order.Sent));
        Print("→ ticket.reserved decided by Tickets", placed, order => times.Between("order.created", "ticket.reserved", order.Id));
        Print("→ order.pending decided by Orders", placed, order => times.Between("ticket.reserved", "order.pending", order.Id));
        Print("→ order seen as pending_payment", placed, order => Ms(order.Seen) - times.At("order.pending", order.Id));
    }

    private static void Print(string what, List<Placed> placed, Func<Placed, double> milliseconds) =>
        Console.WriteLine($"  {what,-40} {placed.ConvertAll(order => milliseconds(order)).Describe()}");

    private static async Task<Placed> PlaceAsync(Caller buyer, Ticket ticket)
    {
        var sent = DateTimeOffset.UtcNow;
        var order = await buyer.OrderAsync(ticket);
        await buyer.WaitForStatusAsync(order.Id, Order.PendingPayment);
        return new Placed(order.Id, sent, DateTimeOffset.UtcNow);
    }

    private static double Ms(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalMilliseconds;

    private sealed record Placed(string Id, DateTimeOffset Sent, DateTimeOffset Seen);
}
