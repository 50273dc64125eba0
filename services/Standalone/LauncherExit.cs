namespace Ticketing.Standalone;

/// <summary>Turns the end of a run into an exit code and, where something broke, one clear error.</summary>
internal static class LauncherExit
{
    public static async Task<int> RunAsync(LauncherOptions options)
    {
        using var signals = new StopSignals();
        try
        {
            await new Launcher(options).RunAsync(signals.Stop);
            return 0;
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (LaunchException broken)
        {
            await Console.Error.WriteLineAsync($"error: {broken.Message}");
            return 1;
        }
    }
}
