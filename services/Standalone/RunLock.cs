namespace Ticketing.Standalone;

/// <summary>One launcher per run directory. The system lifts the lock when the process ends, by whatever means.</summary>
internal static class RunLock
{
    public static IDisposable Take(string runDirectory)
    {
        try
        {
            Directory.CreateDirectory(runDirectory);
            return new FileStream(Path.Combine(runDirectory, "lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new LaunchException(
                $"cannot run in {runDirectory}: {refused.Message} If another launcher runs there, choose --run-dir and --port-base.",
                refused);
        }
    }
}
