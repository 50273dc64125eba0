using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Confluent.Kafka;

namespace Ticketing.Cli;

/// <summary>A command with examples in its help.</summary>
internal sealed class CliCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples => examples;

    /// <summary>What it does. The token is cancelled by Ctrl-C and SIGTERM.</summary>
    public void Runs(Func<ParseResult, CancellationToken, Task<int>> run) =>
        // The library handles signals only after the action has returned a task, and clients of Kafka block.
        SetAction((result, stop) => Task.Run(() => run(result, stop), CancellationToken.None));

    /// <summary>Takes no option that does not exist for an argument, as the library would.</summary>
    public static void RefusesOptions(Argument argument) => argument.Validators.Add(result =>
    {
        if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith('-')) is { } unknown)
            result.AddError($"There is no option '{unknown.Value}'.");
    });
}

/// <summary>Reads the command line, runs its command, and tells errors in one line.</summary>
internal static class CommandLine
{
    // To commit and to leave a group, or to wait for records that are on their way.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        try
        {
            var help = root.Options.OfType<HelpOption>().Single();
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
            var parsed = root.Parse(Connection.TakeSettings(args));
            if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
            {
                var names = parsed.CommandResult.Command.Parents.OfType<Command>().Select(parent => parent.Name).Where(name => name != root.Name);
                var command = string.Join(' ', [.. names, .. parsed.CommandResult.Command == root ? (string[])[] : [parsed.CommandResult.Command.Name], "--help"]);
                // That something is missing matters less than what is too much.
                var error = parsed.Errors.FirstOrDefault(error => error.Message.StartsWith("Unrecognized", StringComparison.Ordinal)) ?? parsed.Errors[0];
                throw new CliException(error.Message, $"see 'ticketing {command}'", ExitCode.Usage);
            }
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = StopPatience });
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (KafkaException e)
        {
            return Tell(Errors.From(e.Error));
        }
        catch (CliException e)
        {
            return Tell(e);
        }
    }

    private static int Tell(CliException error)
    {
        var line = error.Hint is null ? error.Message : $"{error.Message.TrimEnd('.')} ({error.Hint})";
        Console.Error.WriteLine($"error: {line.ReplaceLineEndings(" ")}");
        return error.ExitCode;
    }

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var exitCode = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is CliCommand { Examples.Count: > 0 } command)
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (var example in command.Examples)
                    output.WriteLine($"  {example}");
                output.WriteLine();
            }
            return exitCode;
        }
    }
}
