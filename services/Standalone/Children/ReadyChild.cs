namespace Ticketing.Standalone.Children;

/// <summary>A child that says on its standard output when it serves, and where: <c>ready WHERE</c>.</summary>
internal static class ReadyChild
{
    public const string Ready = "ready ";

    /// <summary>Starts it and waits for the line.</summary>
    /// <exception cref="LaunchException">It ended, said something else, or nothing in time.</exception>
    public static async Task<(ChildProcess Process, string Where)> StartAsync(
        ChildProgram program, PrefixedLog log, TimeSpan patience, TimeSpan stopGrace, CancellationToken stop)
    {
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new ChildProcess(program, log, line => ready.TrySetResult(line));
        try
        {
            var line = ready.Task.WaitAsync(patience, stop);
            await new ChildWatch([process]).WhileAllRunAsync(line, stop);
            return (process, Where(await line, program.Name));
        }
        catch (Exception failure)
        {
            await process.StopAsync(stopGrace);
            if (failure is TimeoutException)
                throw new LaunchException($"{program.Name} is not ready after {patience.TotalSeconds} s{process.LastLines}", failure);
            throw;
        }
    }

    private static string Where(string line, string name) => line.StartsWith(Ready, StringComparison.Ordinal)
        ? line[Ready.Length..]
        : throw new LaunchException($"{name} said '{line}' instead of '{Ready}…'");
}
