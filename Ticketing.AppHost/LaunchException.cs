namespace Ticketing.AppHost;

/// <summary>The shop cannot be started. The message is all that the user needs.</summary>
internal sealed class LaunchException(string message, int exitCode = 1, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>1, or 2 where the command line is wrong.</summary>
    public int ExitCode => exitCode;
}
