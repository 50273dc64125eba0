using Spectre.Console;

namespace Ticketing.Standalone.Children;

/// <summary>The children's logs in one stream, each line with its child's name in its child's colour.</summary>
internal sealed class PrefixedLog(IReadOnlyList<string> names)
{
    // ANSI foreground colours, grey first: it is the broker's, which seldom has anything to say.
    private static readonly int[] Colours = [90, 36, 32, 33, 35, 34, 31, 96, 92, 93, 95, 94];

    private static readonly bool Coloured =
        AnsiConsole.Profile.Capabilities.Ansi && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private readonly int _width = names.Max(name => name.Length) + 2;

    public Action<string> Output(string name) => Writer(name, Console.Out, Coloured && !Console.IsOutputRedirected);

    public Action<string> Error(string name) => Writer(name, Console.Error, Coloured && !Console.IsErrorRedirected);

    // The console's writers are synchronised, so a line that is written at once stays whole.
    private Action<string> Writer(string name, TextWriter console, bool coloured)
    {
        var prefix = $"[{name}]".PadRight(_width);
        if (coloured)
            prefix = $"\e[{Colours[names.ToList().IndexOf(name) % Colours.Length]}m{prefix}\e[0m";
        return line => console.WriteLine($"{prefix} {line}");
    }
}
