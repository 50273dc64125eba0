using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace Ticketing.Cli;

/// <summary>What the output is: a terminal or something else, with colours or without.</summary>
internal static class Terminal
{
    private const int WidthOfFiles = 1000;

    // https://no-color.org
    private static readonly bool IsPlain =
        Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } || Environment.GetEnvironmentVariable("TERM") is "dumb";

    public static bool HasColors => !Console.IsOutputRedirected && !IsPlain;

    /// <summary>Standard output for tables.</summary>
    public static IAnsiConsole Output { get; } = Create(Console.Out, !Console.IsOutputRedirected);

    /// <summary>Where something that moves can be shown; null if there is no terminal.</summary>
    public static IAnsiConsole? Live { get; } =
        !Console.IsOutputRedirected ? Output : !Console.IsErrorRedirected ? Create(Console.Error, isTerminal: true) : null;

    /// <summary>Standard output for records. A write fails once nobody reads them: Console's own stream would hide that, and go on for ever.</summary>
    public static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
            return Console.OpenStandardOutput();
        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // A file may have another writer, whose place this stream would not know.
        return stream.CanSeek ? Console.OpenStandardOutput() : stream;
    }

    /// <summary>A table: with lines in a terminal, else plain columns.</summary>
    public static Table Table(params IEnumerable<string> columns)
    {
        var table = new Table { Border = Console.IsOutputRedirected ? TableBorder.None : TableBorder.Rounded };
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Text(column)) { NoWrap = true });
        return table;
    }

    public static Table Row(this Table table, params IEnumerable<string> cells) => table.AddRow(cells.Select(cell => new Text(Printable(cell))));

    /// <summary>A text of someone else's for a terminal: no control characters, which could write over what is there.</summary>
    public static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => !char.IsControl(c) ? $"{c}" : c switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => $"\\u{(int)c:x4}" })) : text;

    private static IAnsiConsole Create(TextWriter writer, bool isTerminal)
    {
        var hasAnsi = isTerminal && Environment.GetEnvironmentVariable("TERM") is not "dumb";
        var settings = new AnsiConsoleSettings
        {
            Ansi = hasAnsi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isTerminal && !IsPlain ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        };
        // They would find colours in the variables of a build server.
        settings.Enrichment.UseDefaultEnrichers = false;
        var console = AnsiConsole.Create(settings);
        if (!isTerminal)
            console.Profile.Width = WidthOfFiles;
        return console;
    }
}
