using System.CommandLine;
using System.Globalization;
using System.Text;

namespace Ticketing.Cli;

/// <summary><c>ticketing demo</c>: Kafka at work, side by side in one terminal.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(5);

    private static readonly Option<long?> CountOption = new("--count", "-n") { Description = "How many records are sent. Without it: until q is pressed, or without a terminal enough to see what happens.", HelpName = "N" };
    private static readonly Option<double?> SecondsOption = new("--seconds", "-s") { Description = "Instead: for how many seconds they are sent.", HelpName = "N" };
    private static readonly Option<double> RateOption = new("--rate") { Description = "How many records are sent in a second (4).", HelpName = "N", DefaultValueFactory = _ => 4 };

    public static Command Create()
    {
        foreach (var option in (Option[])[CountOption, SecondsOption, RateOption])
            option.Validators.Add(result =>
            {
                if (result.Tokens is [var token] && double.TryParse(token.Value, CultureInfo.InvariantCulture, out var number) && number <= 0)
                    result.AddError($"{option.Name} must be more than 0.");
            });
        return new CliCommand(
            "demo", "Shows how Kafka works: a producer and two consumers side by side. If no broker is named, on an embedded one.")
        {
            Demo("groups", "Two consumers in one group share the records; in two groups each gets all of them.", 24, "g", "B's group", Groups, GroupsAsync),
            Demo("partitions", "The partitions move when a consumer is stopped or started, and each key keeps its order.", 24, "a b", "stop or start A or B", Partitions, PartitionsAsync),
            Demo("streams", "A count over a stream: how many records of each key happened in each 10 s, also if they come late.", 60, "", "", Streams, StreamsAsync),
        };
    }

    private static CliCommand Demo(
        string name, string description, int records, string keys, string meaning, Func<DemoStage, char, CancellationToken, Task> pressed, Func<DemoRun, CancellationToken, Task<int>> run)
    {
        var command = new CliCommand(name, description, $"ticketing demo {name}", $"ticketing demo {name} --rate 50 | cat") { CountOption, SecondsOption, RateOption };
        command.Validators.Add(result =>
        {
            if (result.GetValue(CountOption) is not null && result.GetValue(SecondsOption) is not null)
                result.AddError("--count and --seconds exclude each other.");
        });
        command.Runs(async (arguments, stop) =>
        {
            var rate = arguments.GetValue(RateOption);
            var count = arguments.GetValue(CountOption) ?? (arguments.GetValue(SecondsOption) is { } seconds ? (long)Math.Ceiling(seconds * rate) : DemoView.IsLive ? long.MaxValue : records);
            var view = new DemoView(DemoStage.Producer, "A", "B");
            await using var broker = await DemoBroker.OpenAsync(arguments, stop);
            await using var stage = new DemoStage(broker, view, rate);
            view.Heading = column => column == DemoStage.Producer ? $"{column}: {stage.Sent}" : Heading(column == "A" ? stage.A : stage.B, stage);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var demo = new DemoRun(stage, view, count);
            if (!DemoView.IsLive)
                return await run(demo, stop);
            var exitCode = ExitCode.Done;
            var acting = Task.CompletedTask;
            await view.ShowAsync(
                $"{(keys.Length == 0 ? "" : $"{keys}: {meaning}    ")}q: end",
                key =>
                {
                    if (key == 'q')
                        end.Cancel();
                    // One thing after the other: a consumer takes a moment to leave.
                    else if (acting.IsCompleted)
                        acting = pressed(stage, key, end.Token);
                },
                async () => exitCode = await run(demo, end.Token));
            await acting;
            return exitCode;
        });
        return command;
    }

    private static string Heading(DemoConsumer consumer, DemoStage stage) =>
        $"{consumer.Name}: {(consumer.Group is { } group ? $"group {group}, partitions {string.Join(' ', consumer.Partitions)}" : "stopped")}, {stage.CountOf(consumer)}";

    private static async Task Groups(DemoStage stage, char key, CancellationToken stop)
    {
        if (key != 'g')
            return;
        var other = stage.B.Group == "one" ? "two" : "one";
        await stage.B.StopAsync();
        stage.B.Start(other);
    }

    private static async Task<int> GroupsAsync(DemoRun demo, CancellationToken stop)
    {
        var stage = demo.Stage;
        DemoRun.Say("A and B are in one group, which shares the partitions: each record goes to one of them.");
        stage.A.Start("one");
        stage.B.Start("one");
        await demo.SendAsync(demo.Count - (demo.Count / 2), stop);
        if (!DemoRun.IsScript)
            return demo.End($"A got {stage.CountOf(stage.A)} and B got {stage.CountOf(stage.B)} of {stage.Sent} records.", stage.IsInOrder);
        var (a, b, first) = (stage.CountOf(stage.A), stage.CountOf(stage.B), stage.Sent);
        DemoRun.Say($"A got {a} and B got {b} of {first} records: together each of them once.");
        DemoRun.Say("Now B is in a group of its own. Each group gets all records, a new one from the first record on.");
        await Groups(stage, 'g', stop);
        await demo.SendAsync(demo.Count / 2, stop);
        var (moreA, moreB) = (stage.CountOf(stage.A) - a, stage.CountOf(stage.B) - b);
        return demo.End(
            $"A got the {moreA} new records, and B got all {moreB}.", a + b == first && moreA == stage.Sent - first && moreB == stage.Sent && stage.IsInOrder);
    }

    private static async Task Partitions(DemoStage stage, char key, CancellationToken stop)
    {
        if (key is not ('a' or 'b'))
            return;
        var consumer = key == 'a' ? stage.A : stage.B;
        if (consumer.Group is null)
            consumer.Start("one");
        else
            await consumer.StopAsync();
    }

    private static async Task<int> PartitionsAsync(DemoRun demo, CancellationToken stop)
    {
        var stage = demo.Stage;
        DemoRun.Say("Records with the same key are in the same partition, and each partition has one consumer of the group.");
        stage.A.Start("one");
        stage.B.Start("one");
        await demo.SendAsync(demo.Count - (2 * (demo.Count / 3)), stop);
        if (DemoRun.IsScript)
        {
            DemoRun.Say("A is stopped: B gets its partitions, and goes on where A has committed.");
            await stage.A.StopAsync();
            await demo.SendAsync(demo.Count / 3, stop);
            DemoRun.Say("A is back: the partitions are divided again.");
            stage.A.Start("one");
            await demo.SendAsync(demo.Count / 3, stop);
        }
        return demo.End(
            $"A got {stage.CountOf(stage.A)} and B got {stage.CountOf(stage.B)} of {stage.Sent} records. "
            + (stage.IsInOrder ? $"Each of the {stage.KeyCount} keys kept its order, and no record came twice." : "Not each key kept its order, or a record came twice."),
            stage.IsInOrder);
    }

    private static Task Streams(DemoStage stage, char key, CancellationToken stop) => Task.CompletedTask;

    private static async Task<int> StreamsAsync(DemoRun demo, CancellationToken stop)
    {
        var stage = demo.Stage;
        DemoRun.Say("A and B count the records of each key in windows of 10 s, by when they happened. Some come 3 s late; a window waits 5 s for them.");
        var counts = new Dictionary<string, WindowCounts>();
        foreach (var consumer in (DemoConsumer[])[stage.A, stage.B])
            counts[consumer.Name] = new(Window, Lateness, (partition, text) => demo.View.Tell(consumer.Name, text, partition));
        stage.HasLateRecords = true;
        // Each consumer has windows of its own, on its own thread. None is stopped here, so no partition moves from one to the other.
        stage.OnRecord = (consumer, record) => counts[consumer.Name].Add(record.Partition, Encoding.UTF8.GetString(record.Message.Key!), record.Message.Timestamp.UtcDateTime);
        stage.A.Start("one");
        stage.B.Start("one");
        await demo.SendAsync(demo.Count, stop);
        // Nothing comes any more, so nobody else uses them.
        foreach (var count in counts.Values)
            count.End();
        var (counted, windows, late) = (counts.Values.Sum(count => count.Counted), counts.Values.Sum(count => count.Told), counts.Values.Sum(count => count.TooLate));
        return demo.End($"{stage.Sent} records: {counted} counted in {windows} windows, {late} came too late.", counted + late == stage.Sent);
    }
}

/// <summary>A demo that runs.</summary>
internal sealed record DemoRun(DemoStage Stage, DemoView View, long Count)
{
    /// <summary>Whether it goes through its steps by itself, as nobody can press a key.</summary>
    public static bool IsScript => !DemoView.IsLive;

    public static void Say(string text)
    {
        if (IsScript)
            Console.WriteLine(text);
    }

    /// <summary>Sends records, and waits until they are received. In a terminal a key ends it.</summary>
    public async Task SendAsync(long count, CancellationToken stop)
    {
        try
        {
            await Stage.AssignedAsync(stop);
            await Stage.SendAsync(IsScript ? count : Count, stop);
            await Stage.ReceivedAsync(stop);
        }
        catch (OperationCanceledException) when (!IsScript)
        {
            // What is there by now is what is told in the end.
        }
    }

    public int End(string text, bool isRight)
    {
        if (IsScript)
            Console.WriteLine(text);
        else
            View.Ending = text;
        return isRight ? ExitCode.Done : ExitCode.Failed;
    }
}
