using System.CommandLine;

namespace Ticketing.Cli;

/// <summary>Asks before something is changed.</summary>
internal static class Question
{
    public static readonly Option<bool> YesOption = new("--yes", "-y") { Description = "Does not ask." };

    /// <exception cref="CliException">Nobody can be asked.</exception>
    public static void Check(ParseResult arguments)
    {
        if (!arguments.GetValue(YesOption) && Console.IsInputRedirected)
            throw new CliException("Nobody can be asked: standard input is not a terminal", "--yes does it without a question", ExitCode.Usage);
    }

    /// <summary>Whether the user agrees, or has said so with <c>--yes</c>.</summary>
    public static async Task<bool> IsAgreedAsync(ParseResult arguments, string question, CancellationToken stop)
    {
        if (arguments.GetValue(YesOption))
            return true;
        await Console.Error.WriteAsync($"{question} [y/N] ");
        // Nothing cancels a read from a terminal, so it is left alone.
        var answer = await Task.Run(Console.ReadLine, CancellationToken.None).WaitAsync(stop);
        if (answer?.Trim().ToUpperInvariant() is "Y" or "YES")
            return true;
        await Console.Error.WriteLineAsync("Nothing is changed.");
        return false;
    }
}
