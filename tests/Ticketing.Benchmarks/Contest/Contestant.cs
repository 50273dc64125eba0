using System.CommandLine;
using System.Text.Json;
using Ticketing.Benchmarks.Contests.HandWritten;
using Ticketing.Benchmarks.Contests.WithWolverine;
using Ticketing.Benchmarks.Runtime;

namespace Ticketing.Benchmarks.Contests;

/// <summary>A program that follows orders and answers each event, as a process of its own: so its processor time and its memory are its own.</summary>
internal sealed record Contestant(string Name, string Title, Func<ContestRun, Task> RunAsync)
{
    /// <summary>How the schema of the warm-up ends, and that of the run.</summary>
    public const string WarmUp = "warm_up", Measured = "measured";

    public static IReadOnlyList<Contestant> All { get; } =
    [
        new("ours", "ours", Ours.RunAsync),
        new("loop", "hand-written loop", HandWrittenLoop.RunAsync),
        new("wolverine", "WolverineFx", WolverineLoop.RunAsync),
    ];

    /// <summary>The program: it warms up with the events of one topic, and is measured with those of another.</summary>
    public static Command Command()
    {
        var name = new Argument<string>("name");
        var kafka = new Argument<string>("kafka");
        var postgres = new Argument<string>("postgres");
        var postgresId = new Argument<int>("postgres-id");
        var prefix = new Argument<string>("prefix");
        var warmUp = new Argument<int>("warm-up");
        var events = new Argument<int>("events");
        var command = new Command("contestant") { name, kafka, postgres, postgresId, prefix, warmUp, events };
        command.Hidden = true;
        command.SetAction(async (arguments, _) =>
        {
            var contestant = All.Single(contestant => contestant.Name == arguments.GetRequiredValue(name));
            await Run(Contest.WarmUpPrefix, arguments.GetRequiredValue(warmUp), WarmUp);
            var measured = await Run(Contest.Prefix, arguments.GetRequiredValue(events), Measured);
            Console.WriteLine($"ready {JsonSerializer.Serialize(measured.Measurement)}");

            async Task<ContestRun> Run(string shop, int count, string what)
            {
                var run = new ContestRun(
                    new InputTopic(arguments.GetRequiredValue(kafka), shop, count), arguments.GetRequiredValue(postgres),
                    arguments.GetRequiredValue(postgresId), $"{arguments.GetRequiredValue(prefix)}_{what}");
                await contestant.RunAsync(run);
                return run;
            }
        });
        return command;
    }
}
