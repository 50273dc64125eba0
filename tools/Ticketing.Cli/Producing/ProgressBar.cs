using Spectre.Console;

namespace Ticketing.Cli;

/// <summary>How much of the files is sent, below what is printed meanwhile.</summary>
internal static class ProgressBar
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    public static Task ShowAsync(IAnsiConsole console, LineInput input, Production production, Func<Task> produce)
    {
        if (!Console.IsOutputRedirected)
            production.Write = text => console.Write(new Text(text));
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask("sent", maxValue: Math.Max(1, input.Bytes));
                var producing = produce();
                while (await Task.WhenAny(producing, Task.Delay(Period)) != producing)
                    task.Value = input.BytesRead;
                await producing;
                task.Value = input.BytesRead;
            });
    }
}
