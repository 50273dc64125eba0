using System.CommandLine;
using System.Globalization;

namespace Ticketing.Benchmarks.Shops;

/// <summary>
/// Completed bookings per second through HTTP and all services (order, reserved, paid, completed), and the processor time that each costs;
/// cold, and warm.
/// </summary>
internal static class BookingsBenchmark
{
    private const int Tickets = 500;

    // A machine that others use is faster now and slower then: in slices, by turns, that happens to each store.
    private const int Slices = 3;

    private const int ManyLines = 5;

    public static Command Command()
    {
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 15, Description = "How long each load lasts." };
        var store = Store.Option();
        var coldOnly = new Option<bool>("--cold-only") { Description = "Only a shop's start, and its first bookings." };
        var command = new Command("bookings", "Completed bookings per second through all services, and what each costs.") { seconds, store, coldOnly };
        command.SetAction((arguments, _) => RunAsync(
            TimeSpan.FromSeconds(arguments.GetRequiredValue(seconds)), arguments.GetRequiredValue(store), arguments.GetValue(coldOnly)));
        return command;
    }

    // A durable store is compared with the memory, in the same run.
    private static async Task RunAsync(TimeSpan duration, string store, bool coldOnly)
    {
        if (coldOnly)
        {
            await using var cold = await BookedShop.StartAsync(store, Tickets);
            return;
        }
        await using var memory = await BookedShop.StartAsync(Store.Memory, Tickets);
        await memory.WarmUpAsync();
        await using var durable = store == Store.Memory ? null : await BookedShop.StartAsync(store, Tickets);
        await (durable?.WarmUpAsync() ?? Task.CompletedTask);
        List<BookedShop> shops = durable is null ? [memory] : [memory, durable];
        var ratios = new List<double>();
        foreach (var (buyers, isHot, lines) in new[] { (16, false, 1), (16, true, 1), (64, false, 1), (64, true, 1), (64, false, ManyLines) })
        {
            Console.WriteLine($"{buyers} buyers, {(isHot ? "one hot ticket" : $"{Tickets} tickets")}{(lines > 1 ? $", {lines} in each order" : "")}");
            var loads = shops.Select(shop => (shop.Name, Load: shop.Load(buyers, isHot, lines))).ToList();
            for (var slice = 0; slice < Slices; slice++)
                foreach (var (_, load) in loads)
                    await load.RunAsync(duration / Slices);
            foreach (var (name, load) in loads)
                Console.WriteLine($"  {name,-10} {load}");
            ratios.AddRange(loads.Skip(1).Select(other => other.Load.Rate / loads[0].Load.Rate));
        }
        if (durable is not null)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"of the memory's rate: {string.Join(", ", ratios.Select(ratio => $"{ratio:0.00}"))}"));
    }
}
