using System.CommandLine;
using System.Text.Json;

namespace Ticketing.Cli;

/// <summary><c>ticketing shop</c>: buys tickets.</summary>
internal static class ShopCommand
{
    private const int PageSize = 200;

    private static readonly Argument<string[]> TicketsArgument = new("TICKET") { Description = "The ids of up to ten tickets, for one order.", Arity = ArgumentArity.OneOrMore };
    private static readonly Argument<string> OrderArgument = new("ORDER") { Description = "The order's id." };
    private static readonly Option<int> CountOption = new("--count", "-n") { Description = "How many at most (50).", HelpName = "N", DefaultValueFactory = _ => 50 };
    private static readonly Option<bool> AllOption = new("--all") { Description = "Also those that are paused or sold out." };
    private static readonly Option<int> QuantityOption = new("--quantity") { Description = "How many seats of each ticket (1).", HelpName = "N", DefaultValueFactory = _ => 1 };

    private static readonly Option<bool> PayOption = new("--pay") { Description = "Pays it once its seats are reserved." };

    private static readonly Option<string> MethodOption = new("--method", "-m")
    {
        Description = $"The payment method: one of Stripe's, such as the test card {TestCard}, which is the default.",
        HelpName = "METHOD",
        DefaultValueFactory = _ => TestCard,
    };

    private const string TestCard = "pm_card_visa";

    public static Command Create()
    {
        CliCommand.RefusesOptions(TicketsArgument);
        CliCommand.RefusesOptions(OrderArgument);
        CountOption.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--count must be 1 or more.");
        });
        var list = new CliCommand("list", "Lists the tickets that are for sale, without signing in.", "ticketing shop list") { CountOption, AllOption, ShopEndpoints.FileOption };
        list.Runs(ListAsync);
        var order = new CliCommand(
            "order", "Orders seats, and shows how the order goes on until it can be paid, or with --pay until it is complete.",
            "ticketing shop order 0199c1d2e3f4 --quantity 2 --email ann@example.com", "ticketing shop order 0199c1d2e3f4 --pay")
        {
            TicketsArgument, QuantityOption, PayOption, MethodOption, ShopClient.EmailOption, ShopEndpoints.FileOption,
        };
        order.Runs(OrderAsync);
        var pay = new CliCommand("pay", "Pays an order, and shows how it goes on until it is complete.", "ticketing shop pay 0199c1d2e3f4 --method pm_card_mastercard")
        {
            OrderArgument, MethodOption, ShopClient.EmailOption, ShopEndpoints.FileOption,
        };
        pay.Runs(PayAsync);
        var watch = new CliCommand("watch", "Shows each change of an order until it ends.", "ticketing shop watch 0199c1d2e3f4")
        {
            OrderArgument, ShopClient.EmailOption, ShopEndpoints.FileOption,
        };
        watch.Runs(WatchAsync);
        return new CliCommand("shop", "The shop in a terminal: tickets, orders and payments.") { list, order, pay, watch };
    }

    private static async Task<int> ListAsync(ParseResult arguments, CancellationToken stop)
    {
        await using var shop = ShopClient.Anyone(arguments);
        var count = arguments.GetValue(CountOption);
        var tickets = new List<JsonElement>();
        var next = $"/api/tickets?limit={Math.Min(count, PageSize)}{(arguments.GetValue(AllOption) ? "" : "&available=true")}";
        while (next is not null && tickets.Count < count)
        {
            var page = await shop.GetAsync("tickets", next, stop);
            tickets.AddRange(page.Body.EnumerateArray());
            next = page.Next;
        }
        var table = Terminal.Table("TICKET", "TITLE", "PRICE", "SEATS", "STATE", "STARTS", "VENUE");
        foreach (var ticket in tickets.Take(count))
            table.Row(
                ticket.Text("id")!, ticket.Text("title")!, $"{ticket.Text("price")} {ticket.Text("currency")}", ticket.Text("available")!, ticket.Text("state")!,
                ticket.Text("startsAt") ?? "-", ticket.Text("venue") ?? "-");
        Terminal.Output.Write(table);
        if (next is not null || tickets.Count > count)
            await Console.Error.WriteLineAsync($"There are more (--count {2 * count})");
        return ExitCode.Done;
    }

    private static async Task<int> OrderAsync(ParseResult arguments, CancellationToken stop)
    {
        await using var shop = await ShopClient.SignInAsync(arguments, stop);
        var quantity = arguments.GetValue(QuantityOption);
        var lines = arguments.GetRequiredValue(TicketsArgument).Select(ticket => new { ticketId = ticket, quantity });
        var placed = await shop.PostAsync("orders", "/api/orders", new { lines }, stop);
        var progress = new OrderProgress(shop, placed);
        Console.WriteLine($"order {progress.Id}: {progress.Order.Text("price")} {progress.Order.Text("currency")}");
        await progress.FollowAsync(status => status is not OrderProgress.Created, stop);
        if (progress.HasEnded)
            return progress.Ended();
        if (arguments.GetValue(PayOption))
            return await PayAsync(shop, progress, arguments.GetRequiredValue(MethodOption), stop);
        await Console.Error.WriteLineAsync($"Pay it until {progress.ExpiresAt}: ticketing shop pay {progress.Id}");
        return ExitCode.Done;
    }

    private static async Task<int> PayAsync(ParseResult arguments, CancellationToken stop)
    {
        await using var shop = await ShopClient.SignInAsync(arguments, stop);
        return await PayAsync(shop, await FindAsync(shop, arguments, stop), arguments.GetRequiredValue(MethodOption), stop);
    }

    private static async Task<int> WatchAsync(ParseResult arguments, CancellationToken stop)
    {
        await using var shop = await ShopClient.SignInAsync(arguments, stop);
        var progress = await FindAsync(shop, arguments, stop);
        await progress.FollowAsync(_ => false, stop);
        return progress.Ended();
    }

    private static async Task<OrderProgress> FindAsync(ShopClient shop, ParseResult arguments, CancellationToken stop) =>
        new(shop, await shop.GetAsync("orders", $"/api/orders/{Uri.EscapeDataString(arguments.GetRequiredValue(OrderArgument))}", stop));

    private static async Task<int> PayAsync(ShopClient shop, OrderProgress progress, string method, CancellationToken stop)
    {
        var payment = (await shop.PostAsync("payments", "/api/payments", new { orderId = progress.Id, paymentMethod = method }, stop)).Body;
        var (status, reason) = (payment.Text("status"), payment.Text("reason"));
        Console.WriteLine($"payment {status}{(reason is null ? "" : $": {reason}")}");
        if (status == "failed")
        {
            var left = payment.Text("attemptsLeft") ?? "0";
            throw new CliException("The payment is declined", left == "0" ? "no attempt is left" : $"--method names another card; attempts left: {left}");
        }
        if (status == "requires_action" && payment.TryGetProperty("nextAction", out var action) && action.Text("url") is { } url)
            await Console.Error.WriteLineAsync($"Confirm it with the bank: {Terminal.Printable(url)}");
        await progress.FollowAsync(_ => false, stop);
        return progress.Ended();
    }
}
