using System.Text.Json;
using System.Text.RegularExpressions;
using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Processes;

namespace Ticketing.Cli.Tests;

/// <summary>A shop that runs, with an operator, and the tool for it.</summary>
public sealed class RunningShop : IAsyncLifetime
{
    private readonly string _endpoints = Path.GetTempFileName();
    private ShopProcesses? _services;
    private Caller? _operating;

    public ShopProcesses Services => _services!;

    public Shop Shop => Services.Shop;

    public Caller Operating => _operating!;

    public async ValueTask InitializeAsync()
    {
        _services = await ShopProcesses.StartAsync(ShopProcesses.Others);
        var first = await Shop.SignUpAsync();
        // The account is lost with it, and the token is good. The role of who gets it from there is in the tokens.
        await Services.RestartAsync("Accounts", ("Operators__UserIds__0", first.Id));
        _operating = await Shop.SignUpAsync();
        (await first.PutAsync("/api/users/roles", new { email = Operating.Session.Email, roles = new[] { "operator" } })).Read<User>();
        _operating = Shop.As((await Shop.Anyone.PostAsync("/api/users/signin", new { email = Operating.Session.Email, password = Shop.Password })).Read<Session>());
        await File.WriteAllTextAsync(_endpoints, JsonSerializer.Serialize(Shop.Endpoints.Services.Select(service => KeyValuePair.Create(service.Name, service.Url)).ToDictionary()));
    }

    /// <summary>The tool, as somebody uses it.</summary>
    public Tool As(Caller caller) => new(
        Shop.Endpoints.Kafka, ("TICKETING_ENDPOINTS", _endpoints), ("TICKETING_EMAIL", caller.Session.Email), ("TICKETING_PASSWORD", Shop.Password));

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        File.Delete(_endpoints);
    }
}

public sealed partial class ShopTests(RunningShop running, Broker broker) : IClassFixture<RunningShop>
{
    private Shop Shop => running.Shop;

    /// <summary>The commands of docs/kafka.md, one after the other. It is here as the last of them need a shop.</summary>
    [Fact]
    public async Task The_tour_shows_what_one_sees()
    {
        var (kafka, shop) = (await broker.OpenAsync(), running.As(running.Operating));
        var steps = Step().Matches(await File.ReadAllTextAsync(SourceTree.PathOf("docs", "kafka.md"))).ToList();
        Assert.Equal(13, steps.Count);
        foreach (var step in steps)
        {
            var (command, isShop, expected) = (step.Groups["command"].Value, step.Groups["shop"].Success, step.Groups["seen"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            var seen = "";
            // Services take a moment to give up an event.
            await Eventually.IsAsync(
                async () =>
                {
                    var ended = await (isShop ? shop : kafka).BashAsync($"{command} 2>&1");
                    seen = ended.Output;
                    return (ended.ExitCode == 0 && IsAsExpected(ended.Lines, expected)) || (!isShop && Fail(command, seen));
                },
                () => $"{command}\n{seen}");
        }

        // Which partition answers first is not known, so neither is the order of lines.
        static bool IsAsExpected(string[] lines, string[] expected)
        {
            var left = lines.Select(line => Spaces().Replace(line.Trim(), " ")).ToList();
            foreach (var line in expected.Where(line => line != "\u2026"))
            {
                var pattern = $"^{Spaces().Replace(Regex.Escape(line).Replace("\u2026", ".*", StringComparison.Ordinal), " ").Replace("\\ .*\\ ", "(\\ .*)?\\ ", StringComparison.Ordinal)}$";
                var found = left.FindIndex(one => Regex.IsMatch(one, pattern));
                if (found < 0)
                    return false;
                left.RemoveAt(found);
            }
            return left.Count == 0 || expected.Contains("\u2026");
        }

        static bool Fail(string command, string seen)
        {
            Assert.Fail($"{command}\n{seen}");
            return false;
        }
    }

    [Fact]
    public async Task Operators_see_dead_letters_and_send_them_back()
    {
        await Shop.Topics.ProduceAsync(Topics.Orders, ("poison", new { type = 7 }));
        // Tickets, Payments, Expiration and Notifications read the topic.
        await Eventually.IsAsync(async () => await CountAsync() == 4, () => "it is not listed");
        var tool = running.As(running.Operating);
        var list = await tool.RunAsync("dead-letters", "list");
        Assert.Equal((0, 4), (list.ExitCode, list.Lines.Count(line => line.Contains(" poison ", StringComparison.Ordinal))));
        Assert.Matches(@"(?m)^orders\.tickets-orders\.dead-0-0 +tickets +\[orders\] \d:\d+ +poison .* 0 ", list.Output);
        var lines = (await tool.RunAsync("dead-letters", "list", "--service", "tickets", "--output", "jsonl")).Lines;
        var letter = JsonSerializer.Deserialize<JsonElement>(Assert.Single(lines));
        Assert.Equal(("tickets", """{"type":7}"""), (letter.GetProperty("service").GetString(), letter.GetProperty("value").GetString()));
        var id = letter.GetProperty("id").GetString()!;
        var shown = await tool.RunAsync("dead-letters", "show", id);
        Assert.Contains($"id       {id}\nservice  tickets\n", shown.Output, StringComparison.Ordinal);
        Assert.EndsWith("value    10 bytes\n{\n  \"type\": 7\n}\n", shown.Output, StringComparison.Ordinal);
        var none = await tool.RunAsync("dead-letters", "show", "x");
        Assert.Equal((1, "error: There is no dead letter 'x' ('ticketing dead-letters list' lists them)\n"), (none.ExitCode, none.Error));

        Assert.Equal(2, (await tool.RunAsync("dead-letters", "redrive", id)).ExitCode);
        await using (var asked = tool.OpenTerminal("dead-letters", "redrive", id))
        {
            await asked.SeesAsync("Send 1 dead letter back to orders? [y/N] ");
            await asked.TypeAsync($"n{PseudoTerminal.Enter}");
            Assert.Equal(1, await asked.ExitAsync());
            Assert.Contains("Nothing is changed.", asked.Output, StringComparison.Ordinal);
        }
        Assert.Equal(4, await CountAsync());
        var sent = await tool.RunAsync("dead-letters", "redrive", "--all", "--service", "tickets", "--yes");
        Assert.Equal((0, $"{id} is sent back to orders\n"), (sent.ExitCode, sent.Output));
        var again = await tool.RunAsync("dead-letters", "redrive", id, "--yes");
        Assert.Equal((1, ""), (again.ExitCode, again.Output));
        Assert.StartsWith($"error: {id} is not sent back: It was sent back by {running.Operating.Id}", again.Error, StringComparison.Ordinal);
        Assert.Contains($"redrives 1, last by {running.Operating.Id}", (await tool.RunAsync("dead-letters", "show", id)).Output, StringComparison.Ordinal);

        // It comes back to all four, three of which know it already.
        await Eventually.IsAsync(async () => await CountAsync() == 7, () => "it does not come back");
        Assert.Equal(2, (await tool.RunAsync("dead-letters", "discard", "--all")).ExitCode);
        var ids = (await tool.RunAsync("dead-letters", "list", "--output", "jsonl")).Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .Where(one => one.GetProperty("topic").GetString() == Topics.Orders).Select(one => one.GetProperty("id").GetString()!);
        var discarded = await tool.RunAsync(["dead-letters", "discard", .. ids, "--yes"]);
        Assert.Equal((0, 7), (discarded.ExitCode, discarded.Lines.Count(line => line.EndsWith(" is discarded", StringComparison.Ordinal))));
        Assert.Equal(0, await CountAsync());
        var first = discarded.Lines[0].Split(' ')[0];
        Assert.Contains($"discard  by {running.Operating.Id}", (await tool.RunAsync("dead-letters", "show", first)).Output, StringComparison.Ordinal);
        var late = await tool.RunAsync("dead-letters", "redrive", first, "--yes");
        Assert.StartsWith($"error: {first} is not sent back: It was discarded by {running.Operating.Id}", late.Error, StringComparison.Ordinal);

        async Task<int> CountAsync()
        {
            var counts = await Task.WhenAll(Shop.Endpoints.Services.Select(async service =>
                (await running.Operating.GetAsync(new Uri(service.Url, "/dead-letters"))).Read<List<JsonElement>>().Count(letter => letter.GetProperty("topic").GetString() == Topics.Orders)));
            return counts.Sum();
        }
    }

    [Fact]
    public async Task Operators_let_services_publish_again()
    {
        var ticket = await (await Shop.SellerAsync()).ListTicketAsync();
        var tool = running.As(running.Operating);
        var unknown = await tool.RunAsync("republish", "tickets", "cinema", "--yes");
        Assert.Equal((2, ""), (unknown.ExitCode, unknown.Output));
        Assert.StartsWith("error: There is no service 'cinema' (there are accounts, tickets, ", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await tool.RunAsync("republish", "tickets")).ExitCode);
        var done = await tool.RunAsync("republish", "tickets", "--yes");
        Assert.Equal((0, "tickets soon publishes to tickets again\n"), (done.ExitCode, done.Output));
        await Eventually.IsAsync(
            async () => (await Shop.Topics.ReadAsync(Topics.Tickets)).Count(record => record.Key == ticket.Id && record.Type == "ticket.created") == 2,
            () => "its state is not told again");
    }

    [Fact]
    public async Task Logs_are_found_and_followed()
    {
        await LogAsync(("a", "debug"), ("b", "error"), ("c", "warning"));
        await Eventually.IsAsync(
            async () => (await running.Operating.GetAsync("/api/activity?service=turnstile")).Read<List<JsonElement>>().Count == 3, () => "they are not there");
        var tool = running.As(running.Operating);
        string[] logs = ["logs", "--service", "turnstile"];
        var found = await tool.RunAsync([.. logs, "--level", "warning"]);
        Assert.Equal(0, found.ExitCode);
        Assert.Equal(["error turnstile Box: b is \\u001b[31m torn", "warning turnstile Box: c is \\u001b[31m torn"], found.Lines.Select(line => line.Split(' ', 2)[1]));
        var newest = JsonSerializer.Deserialize<JsonElement>(Assert.Single((await tool.RunAsync([.. logs, "--count", "1", "--output", "jsonl"])).Lines));
        Assert.Equal("c is \e[31m torn", newest.GetProperty("message").GetString());
        await using (var colored = tool.OpenTerminal([.. logs, "--text", "b"]))
        {
            Assert.Equal(0, await colored.ExitAsync());
            Assert.Contains(" \e[31merror\e[0m turnstile Box: b", colored.Output, StringComparison.Ordinal);
        }

        await using var following = tool.Start([.. logs, "--follow", "--count", "2"]);
        await SeesAsync(following, "c is ");
        await LogAsync(("d", "information"));
        await SeesAsync(following, "d is ");
        await running.Services.RestartAsync("Activity");
        await LogAsync(("e", "information"));
        await SeesAsync(following, "e is ");
        await following.SignalAsync("INT");
        Assert.Equal(0, await following.ExitAsync(TimeSpan.FromSeconds(30)));
        // An Activity that keeps its entries in memory may read a record again that it had not committed.
        var lines = following.Output.Split('\n').Where(line => line.Contains(" Box: ", StringComparison.Ordinal)).Distinct();
        Assert.Equal("bcde", string.Concat(lines.Select(line => line.Split(" Box: ")[1][0])));
    }

    [Fact]
    public async Task Seats_are_ordered_paid_and_watched()
    {
        var ticket = await (await Shop.SellerAsync()).ListTicketAsync(price: 12.5m, quantity: 4, title: "Evening play");
        var buyer = await Shop.SignUpAsync();
        var tool = running.As(buyer);
        var list = await tool.RunAsync("shop", "list", "--count", "1000");
        Assert.Matches($@"(?m)^{ticket.Id} +Evening play +12\.5 USD +4 +on_sale", list.Output);

        var ordered = await tool.RunAsync("shop", "order", ticket.Id, "--quantity", "2");
        Assert.Equal(0, ordered.ExitCode);
        var id = ordered.Lines[0].Split(' ', ':')[1];
        Assert.Equal($"order {id}: 25 USD", ordered.Lines[0]);
        Assert.Matches(@"^\d\d:\d\d:\d\d \d+ pending_payment until \d\d:\d\d:\d\d$", ordered.Lines[^1]);
        Assert.EndsWith($"ticketing shop pay {id}\n", ordered.Error, StringComparison.Ordinal);

        await using var watch = tool.Start("shop", "watch", id);
        await SeesAsync(watch, "pending_payment");
        var declined = await tool.RunAsync("shop", "pay", id, "--method", "pm_card_chargeDeclined");
        Assert.Equal(1, declined.ExitCode);
        Assert.StartsWith("payment failed: ", declined.Output, StringComparison.Ordinal);
        Assert.Equal("error: The payment is declined (--method names another card; attempts left: 4)\n", declined.Error);
        var paid = await tool.RunAsync("shop", "pay", id);
        Assert.Equal((0, "payment succeeded"), (paid.ExitCode, paid.Lines[0]));
        Assert.EndsWith(" completed", paid.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(0, await watch.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.EndsWith(" completed", watch.Output, StringComparison.Ordinal);

        var given = await buyer.ReserveAsync(ticket);
        await using var dead = tool.Start("shop", "watch", given.Id);
        await SeesAsync(dead, "pending_payment");
        await buyer.CancelAsync(given);
        Assert.Equal(1, await dead.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Matches(@" cancelled: \w+$", dead.Output);
    }

    [Fact]
    public async Task In_a_terminal_the_password_is_asked_for_and_an_order_moves()
    {
        var ticket = await (await Shop.SellerAsync()).ListTicketAsync();
        var buyer = await Shop.SignUpAsync();
        var tool = running.As(buyer).With(("TICKETING_PASSWORD", null));
        var nobody = await tool.RunAsync("shop", "watch", "x");
        Assert.Equal((2, "error: Nobody can be asked for the password: there is no terminal (TICKETING_PASSWORD in the environment)\n"), (nobody.ExitCode, nobody.Error));

        await using var terminal = tool.OpenTerminal("shop", "order", ticket.Id, "--pay");
        await terminal.SeesAsync($"Password of {buyer.Session.Email}:");
        await terminal.TypeAsync($"{Shop.Password}{PseudoTerminal.Enter}");
        Assert.Equal(0, await terminal.ExitAsync());
        Assert.DoesNotContain(Shop.Password, terminal.Output, StringComparison.Ordinal);
        Assert.Contains(" pending_payment until ", terminal.Output, StringComparison.Ordinal);
        Assert.Matches(@"\d\d:\d\d:\d\d \d+ completed", terminal.Output);
        // The line that moves hides the cursor while it does.
        Assert.Contains("\e[?25l", terminal.Output, StringComparison.Ordinal);
        Assert.Contains("Waiting for the payment, ", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_is_one_line()
    {
        var tool = running.As(await Shop.SignUpAsync());
        await IsAsync(tool, 1, "Only users with the role operator may make this call (docs/running.md says who has which role)", "dead-letters", "list");
        await IsAsync(tool, 1, "Only users with the role operator may make this call (docs/running.md says who has which role)", "logs", "--follow");
        await IsAsync(tool, 1, "There is no order 'x'", "shop", "watch", "x");
        await IsAsync(tool, 2, "Either IDs or --all must be given (see 'ticketing dead-letters redrive --help')", "dead-letters", "redrive");
        await IsAsync(tool.With(("TICKETING_PASSWORD", "not the password")), 1, "", "shop", "watch", "x");
        await IsAsync(tool, 2, "There is no file 'none' (does the shop run? './dev up' starts one)", "shop", "list", "--endpoints", "none");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{"tickets":"http://127.0.0.1:1"}""");
        await IsAsync(tool, 1, "tickets does not answer at http://127.0.0.1:1: ", "shop", "list", "--endpoints", file);
        await File.WriteAllTextAsync(file, "[]");
        await IsAsync(tool, 2, $"'{file}' does not say where services are", "shop", "list", "--endpoints", file);
        File.Delete(file);

        static async Task IsAsync(Tool tool, int exitCode, string message, params string[] arguments)
        {
            var ended = await tool.RunAsync(arguments);
            Assert.Equal((exitCode, ""), (ended.ExitCode, ended.Output));
            Assert.StartsWith($"error: {message}", Assert.Single(ended.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        }
    }

    private Task LogAsync(params IEnumerable<(string Message, string Level)> records) => Shop.Topics.ProduceAsync(Topics.Logs, records.Select((record, i) => ("", (object)new
    {
        message = $"{record.Message} is \e[31m torn",
        timestamp = DateTimeOffset.UtcNow.AddMilliseconds(i),
        service = "turnstile",
        level = record.Level,
        category = "Box",
    })));

    private static Task SeesAsync(ChildProcess process, string text) =>
        Eventually.IsAsync(() => process.Output.Contains(text, StringComparison.Ordinal), () => process.Output);

    [GeneratedRegex(@"^```console(?<shop> shop)?\n\$ (?<command>.*)\n(?<seen>(?:.*\n)*?)```$", RegexOptions.Multiline)]
    private static partial Regex Step();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
