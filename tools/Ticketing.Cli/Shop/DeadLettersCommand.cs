using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ticketing.Cli;

/// <summary><c>ticketing dead-letters</c>: the events that services could not handle.</summary>
internal static class DeadLettersCommand
{
    private const int PageSize = 200;

    private static readonly Argument<string> IdArgument = new("ID") { Description = "Which one: an ID of the list." };
    private static readonly Argument<string[]> IdsArgument = new("ID") { Description = "Which ones: IDs of the list.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string[]> ServiceOption = new("--service", "-s") { Description = "Only those of this service; may be given several times.", HelpName = "NAME" };
    private static readonly Option<bool> AllOption = new("--all") { Description = "All that the list shows." };
    private static readonly Option<RecordFormat> OutputOption = RecordFormats.Option("text: a table; jsonl: a JSON object on each line.");

    public static Command Create()
    {
        CliCommand.RefusesOptions(IdArgument);
        CliCommand.RefusesOptions(IdsArgument);
        var list = new CliCommand(
            "list", "Lists the events that services could not handle and that were neither sent back nor discarded.", "ticketing dead-letters list --email op@example.com",
            "ticketing dead-letters list --service orders --output jsonl | jq -r .id")
        {
            ServiceOption, OutputOption, ShopClient.EmailOption, ShopEndpoints.FileOption,
        };
        list.Runs(ListAsync);
        var show = new CliCommand("show", "Shows the whole of one, also after it was sent back or discarded.", "ticketing dead-letters show orders.tickets-orders.dead-0-0")
        {
            IdArgument, ServiceOption, ShopClient.EmailOption, ShopEndpoints.FileOption,
        };
        show.Runs(ShowAsync);
        var redrive = new CliCommand(
            "redrive", "Sends dead letters back to the topics that they came from. It asks before.", "ticketing dead-letters redrive orders.tickets-orders.dead-0-0",
            "ticketing dead-letters redrive --all --service orders --yes")
        {
            IdsArgument, AllOption, ServiceOption, Question.YesOption, ShopClient.EmailOption, ShopEndpoints.FileOption,
        };
        redrive.Runs((arguments, stop) => EndAsync(arguments, "redrive", stop));
        var discard = new CliCommand(
            "discard", "Takes dead letters off the list for good. It asks before.", "ticketing dead-letters discard orders.tickets-orders.dead-0-0",
            "ticketing dead-letters discard --all --service orders --yes")
        {
            IdsArgument, AllOption, ServiceOption, Question.YesOption, ShopClient.EmailOption, ShopEndpoints.FileOption,
        };
        discard.Runs((arguments, stop) => EndAsync(arguments, "discard", stop));
        foreach (var command in new[] { redrive, discard })
            command.Validators.Add(result =>
            {
                if (result.GetValue(AllOption) == (result.GetResult(IdsArgument)?.Tokens.Count > 0))
                    result.AddError("Either IDs or --all must be given.");
            });
        return new CliCommand("dead-letters", "Shows the events that services could not handle, sends them back, and discards them. For operators.") { list, show, redrive, discard };
    }

    private static async Task<int> ListAsync(ParseResult arguments, CancellationToken stop)
    {
        await using var shop = await ShopClient.SignInAsync(arguments, stop);
        var letters = await ReadAsync(shop, arguments.GetValue(ServiceOption), stop);
        if (arguments.GetValue(OutputOption) == RecordFormat.Jsonl)
        {
            foreach (var (service, letter) in letters)
            {
                var line = new JsonObject { ["service"] = service };
                foreach (var field in letter.EnumerateObject())
                    line[field.Name] = JsonNode.Parse(field.Value.GetRawText());
                Console.WriteLine(line.ToJsonString(Json.Compact));
            }
            return ExitCode.Done;
        }
        var table = Terminal.Table("ID", "SERVICE", "FROM", "KEY", "TIME (UTC)", "ATTEMPTS", "REDRIVES", "ERROR");
        foreach (var (service, letter) in letters)
            table.Row(letter.Text("id")!, service, From(letter), letter.Text("key") ?? "-", Time(letter.Text("time")), letter.Text("attempts")!, letter.Text("redrives")!, letter.Text("error")!);
        Terminal.Output.Write(table);
        return ExitCode.Done;
    }

    private static async Task<int> ShowAsync(ParseResult arguments, CancellationToken stop)
    {
        await using var shop = await ShopClient.SignInAsync(arguments, stop);
        var (service, letter) = await FindAsync(shop, arguments.GetValue(ServiceOption), arguments.GetRequiredValue(IdArgument), stop);
        var by = letter.Text("redrivenBy") is { } user ? $", last by {user} at {Time(letter.Text("redrivenAt"))}" : "";
        List<(string Name, string Value)> fields =
        [
            ("id", letter.Text("id")!), ("service", service), ("group", letter.Text("group")!), ("from", From(letter)), ("key", letter.Text("key") ?? "-"),
            ("time", Time(letter.Text("time"))), ("attempts", letter.Text("attempts")!), ("error", letter.Text("error")!), ("redrives", $"{letter.Text("redrives")}{by}"),
            .. letter.Text("discardedBy") is { } discarder ? [("discard", $"by {discarder} at {Time(letter.Text("discardedAt"))}")] : Array.Empty<(string, string)>(),
            .. letter.GetProperty("headers").EnumerateObject().Select(header => ("header", $"{header.Name}={header.Value.GetString()}")),
        ];
        foreach (var (name, text) in fields)
            Console.WriteLine($"{name,-9}{Terminal.Printable(text)}");
        var value = letter.Text("value");
        Console.WriteLine($"value    {(letter.Text("valueBytes") is { } bytes ? $"{bytes} bytes{(value is null ? ", too large to keep" : "")}" : "none")}");
        if (value is not null)
            Console.WriteLine(Json.Parse(value) is { } json ? JsonSerializer.Serialize(json, Json.Indented) : Terminal.Printable(value));
        return ExitCode.Done;
    }

    /// <summary>What becomes of dead letters: <c>redrive</c> or <c>discard</c>.</summary>
    private static async Task<int> EndAsync(ParseResult arguments, string end, CancellationToken stop)
    {
        var isRedrive = end == "redrive";
        Question.Check(arguments);
        await using var shop = await ShopClient.SignInAsync(arguments, stop);
        var services = arguments.GetValue(ServiceOption);
        var letters = new List<(string Service, JsonElement Letter)>();
        if (arguments.GetValue(AllOption))
            letters = await ReadAsync(shop, services, stop);
        else
            foreach (var id in arguments.GetRequiredValue(IdsArgument).Distinct())
                letters.Add(await FindAsync(shop, services, id, stop));
        if (letters.Count == 0)
        {
            await Console.Error.WriteLineAsync("There is no dead letter.");
            return ExitCode.Done;
        }
        var topics = string.Join(", ", letters.Select(one => one.Letter.Text("topic")).Distinct());
        var what = $"{letters.Count} dead {(letters.Count == 1 ? "letter" : "letters")}";
        if (!await Question.IsAgreedAsync(arguments, isRedrive ? $"Send {what} back to {topics}?" : $"Discard {what} of {topics}?", stop))
            return ExitCode.Failed;
        var failed = 0;
        foreach (var (service, letter) in letters)
        {
            var id = letter.Text("id")!;
            try
            {
                await shop.PostAsync(service, $"/dead-letters/{Uri.EscapeDataString(id)}/{end}", null, stop);
                Console.WriteLine(isRedrive ? $"{id} is sent back to {letter.Text("topic")}" : $"{id} is discarded");
            }
            catch (CliException e)
            {
                // The others may go all the same.
                failed++;
                await Console.Error.WriteLineAsync($"error: {id} is not {(isRedrive ? "sent back" : "discarded")}: {e.Message}");
            }
        }
        return failed == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<List<(string Service, JsonElement Letter)>> ReadAsync(ShopClient shop, string[]? services, CancellationToken stop)
    {
        var letters = new List<(string, JsonElement)>();
        foreach (var service in Chosen(shop, services))
            for (var next = $"/dead-letters?limit={PageSize}"; next is not null;)
            {
                var page = await shop.GetAsync(service, next, stop);
                letters.AddRange(page.Body.EnumerateArray().Select(letter => (service, letter)));
                next = page.Next;
            }
        return letters;
    }

    // Its id says which group gave it up, but not whose that is.
    private static async Task<(string Service, JsonElement Letter)> FindAsync(ShopClient shop, string[]? services, string id, CancellationToken stop)
    {
        foreach (var service in Chosen(shop, services))
            if (await shop.GetAsync(service, $"/dead-letters/{Uri.EscapeDataString(id)}", stop, expected: HttpStatusCode.NotFound) is { Status: HttpStatusCode.OK } found)
                return (service, found.Body);
        throw new CliException($"There is no dead letter '{id}'", "'ticketing dead-letters list' lists them");
    }

    private static IEnumerable<string> Chosen(ShopClient shop, string[]? services) => services is { Length: > 0 } ? services : shop.Services;

    private static string From(JsonElement letter) => $"[{letter.Text("topic")}] {letter.Text("partition")}:{letter.Text("offset")}";

    private static string Time(string? time) => DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out var at)
        ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "-";
}
