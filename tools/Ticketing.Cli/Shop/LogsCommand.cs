using System.CommandLine;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Ticketing.Cli;

/// <summary><c>ticketing logs</c>: what programs log, as Activity has it.</summary>
internal static class LogsCommand
{
    private const string Service = "activity";
    private const string Path = "/api/activity";
    private const int PageSize = 200;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly string[] Levels = ["trace", "debug", "information", "warning", "error", "critical"];

    private static readonly Option<bool> FollowOption = new("--follow", "-f") { Description = "Goes on with what comes, until Ctrl-C." };
    private static readonly Option<string?> ServiceOption = new("--service", "-s") { Description = "Only of this program, such as orders.", HelpName = "NAME" };
    private static readonly Option<string?> LevelOption = new("--level", "-l") { Description = $"Only what is at least so severe: {string.Join(", ", Levels)}.", HelpName = "LEVEL" };
    private static readonly Option<string?> TextOption = new("--text", "-t") { Description = "Only what has all of these words. An asterisk stands for more letters: declin*.", HelpName = "WORDS" };
    private static readonly Option<string?> TraceOption = new("--trace") { Description = "Only of this trace.", HelpName = "ID" };
    private static readonly Option<int> CountOption = new("--count", "-n") { Description = "How many of those that are there, the newest (50).", HelpName = "N", DefaultValueFactory = _ => 50 };
    private static readonly Option<RecordFormat> OutputOption = RecordFormats.Option("text: 'time level service category: message'; jsonl: a JSON object on each line.");

    public static Command Create()
    {
        LevelOption.AcceptOnlyFromAmong(Levels);
        CountOption.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
                result.AddError("--count must be 0 or more.");
        });
        var command = new CliCommand(
            "logs", "Shows what programs log, the newest last, with a colour for each level. For operators.",
            "ticketing logs --follow --service orders --level warning", "ticketing logs --text 'dead letter' --output jsonl | jq .message")
        {
            FollowOption, ServiceOption, LevelOption, TextOption, TraceOption, CountOption, OutputOption, ShopClient.EmailOption, ShopEndpoints.FileOption,
        };
        command.Runs(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        await using var shop = await ShopClient.SignInAsync(arguments, stop);
        using var output = Terminal.OpenOutput();
        var query = string.Concat(
            from filter in ((string, Option<string?>)[])[("service", ServiceOption), ("level", LevelOption), ("text", TextOption), ("trace", TraceOption)]
            let value = arguments.GetValue(filter.Item2)
            where value is not null
            select $"&{filter.Item1}={Uri.EscapeDataString(value)}");
        var isJson = arguments.GetValue(OutputOption) == RecordFormat.Jsonl;
        void Write(JsonElement entry) => output.Write(Encoding.UTF8.GetBytes(isJson ? $"{JsonSerializer.Serialize(entry, Json.Compact)}\n" : Line(entry)));
        try
        {
            if (!arguments.GetValue(FollowOption))
            {
                foreach (var entry in await NewestAsync(shop, query, arguments.GetValue(CountOption), stop))
                    Write(entry);
                return ExitCode.Done;
            }
            await FollowAsync(shop, query, arguments.GetValue(CountOption), Write, stop);
        }
        catch (IOException) when (Console.IsOutputRedirected)
        {
            // Nobody reads the output any more, as behind `| head`.
        }
        catch (OperationCanceledException) when (arguments.GetValue(FollowOption))
        {
            // Ctrl-C is how one ends it.
        }
        return ExitCode.Done;
    }

    /// <returns>The oldest first.</returns>
    private static async Task<IEnumerable<JsonElement>> NewestAsync(ShopClient shop, string query, int count, CancellationToken stop)
    {
        var entries = new List<JsonElement>();
        for (var next = $"{Path}?kind=logs&limit={Math.Clamp(count, 1, PageSize)}{query}"; next is not null && entries.Count < count;)
        {
            var page = await shop.GetAsync(Service, next, stop);
            entries.AddRange(page.Body.EnumerateArray().Take(count - entries.Count));
            next = page.Next;
        }
        return entries.AsEnumerable().Reverse();
    }

    private static async Task FollowAsync(ShopClient shop, string query, int count, Action<JsonElement> write, CancellationToken stop)
    {
        string? last = null;
        var listed = new HashSet<string>();
        var (isOpen, isAway) = (false, false);
        while (true)
        {
            try
            {
                using var response = await shop.OpenAsync(Service, $"{Path}/stream?kind=logs{query}", last, stop);
                isAway = false;
                // What comes from now on is in the stream, and may be in the list as well.
                if (last is null)
                    foreach (var entry in await NewestAsync(shop, query, count, stop))
                        if (listed.Add(entry.Text("id")!))
                            write(entry);
                isOpen = true;
                await using var stream = await response.Content.ReadAsStreamAsync(stop);
                await foreach (var item in SseParser.Create(stream).EnumerateAsync(stop))
                {
                    last = item.EventId ?? last;
                    if (item.EventType == "gap")
                        await Console.Error.WriteLineAsync("warning: some log records are missing: Activity does not keep them any more");
                    else if (JsonSerializer.Deserialize<JsonElement>(item.Data) is var entry && !listed.Contains(entry.Text("id")!))
                        write(entry);
                }
            }
            catch (Exception e) when (isOpen && e is CliException { IsAway: true } or HttpIOException or IOException { InnerException: SocketException })
            {
                if (!isAway)
                    await Console.Error.WriteLineAsync("warning: Activity does not answer; it goes on when Activity is back");
                isAway = true;
            }
            await Task.Delay(Pause, stop);
        }
    }

    private static string Line(JsonElement entry)
    {
        var time = DateTimeOffset.Parse(entry.Text("at")!, CultureInfo.InvariantCulture).ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var level = entry.Text("level") ?? "?";
        var place = string.Join(' ', new[] { entry.Text("service"), entry.Text("category") }.OfType<string>().Select(Terminal.Printable));
        var text = new StringBuilder($"{time} {Colored(level)} {place}: {Terminal.Printable(entry.Text("message") ?? "")}\n");
        foreach (var line in (entry.Text("exception") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            text.Append(CultureInfo.InvariantCulture, $"    {Terminal.Printable(line.TrimEnd('\r'))}\n");
        return text.ToString();
    }

    private static string Colored(string level) => !Terminal.HasColors ? level : level switch
    {
        "critical" => $"\e[97;41m{level}\e[0m",
        "error" => $"\e[31m{level}\e[0m",
        "warning" => $"\e[33m{level}\e[0m",
        "information" => $"\e[32m{level}\e[0m",
        _ => $"\e[90m{level}\e[0m",
    };
}
