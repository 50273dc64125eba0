namespace Ticketing.AppHost;

/// <summary>One run per directory. The system lifts the lock when the process ends, by whatever means.</summary>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <exception cref="LaunchException">Another run has it.</exception>
    public static RunLock Take(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            return new RunLock(new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new LaunchException(
                $"Cannot run in {directory}: {refused.Message} If another run uses it, choose --run-dir and --port-base.", inner: refused);
        }
    }

    public void Dispose() => _file.Dispose();
}
