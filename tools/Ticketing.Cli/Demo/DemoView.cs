using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ticketing.Cli;

/// <summary>What a demo shows: columns side by side in a terminal, else a line for each thing that is told.</summary>
internal sealed class DemoView(params IReadOnlyList<string> columns)
{
    // Borders, and the line of the keys.
    private const int OtherLines = 5;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<Text>> _lines = columns.ToDictionary(column => column, _ => new Queue<Text>());

    /// <summary>Whether it is a terminal with keys to press.</summary>
    public static bool IsLive => !Console.IsOutputRedirected && !Console.IsInputRedirected;

    /// <summary>What each column is headed with.</summary>
    public Func<string, string> Heading { get; set; } = column => column;

    /// <summary>What is said below the columns in the end.</summary>
    public string? Ending { get; set; }

    public void Tell(string column, string text, int? partition = null)
    {
        lock (_lock)
        {
            if (!IsLive)
            {
                Console.WriteLine($"{column,-8} {text}");
                return;
            }
            var lines = _lines[column];
            lines.Enqueue(new Text(text, partition is { } number ? Of(number) : new Style(decoration: Decoration.Bold)) { Overflow = Overflow.Ellipsis });
            while (lines.Count > Console.WindowHeight)
                lines.Dequeue();
        }
    }

    /// <summary>Shows the columns until the work is done, and hands on what keys are pressed.</summary>
    public async Task ShowAsync(string keys, Action<char> pressed, Func<Task> work)
    {
        await Terminal.Output.Live(Drawn(keys)).StartAsync(async live =>
        {
            var working = work();
            while (await Task.WhenAny(working, Task.Delay(TimeSpan.FromMilliseconds(100))) != working)
            {
                while (Console.KeyAvailable)
                    pressed(char.ToLowerInvariant(Console.ReadKey(intercept: true).KeyChar));
                live.UpdateTarget(Drawn(keys));
            }
            live.UpdateTarget(Drawn(keys));
            await working;
        });
        if (Ending is not null)
            Console.WriteLine(Ending);
    }

    private Rows Drawn(string keys)
    {
        var height = Math.Clamp(Console.WindowHeight - OtherLines, 3, 20);
        lock (_lock)
            return new Rows(new Columns(columns.Select(column => Column(column, height))), new Text(keys));
    }

    private Panel Column(string name, int height)
    {
        var lines = _lines[name].TakeLast(height).Cast<IRenderable>().ToList();
        while (lines.Count < height)
            lines.Add(new Text(" "));
        return new Panel(new Rows(lines)) { Header = new PanelHeader(Markup.Escape(Heading(name))), Width = Math.Max(20, (Console.WindowWidth / columns.Count) - 2) };
    }

    // The same colours as those of 'consume', whose codes are 30 to 37 and 90 to 97.
    private static Style Of(int partition) =>
        RecordWriter.Palette[partition % RecordWriter.Palette.Length] is var code && code < 90 ? new(Color.FromInt32(code - 30)) : new(Color.FromInt32(code - 82));
}
