namespace Ticketing.Cli;

/// <summary>An error that the user can do something about. It is told in one line.</summary>
internal sealed class CliException(string message, string? hint = null, int exitCode = ExitCode.Failed) : Exception(message)
{
    public string? Hint => hint;

    public int ExitCode => exitCode;

    /// <summary>Whether a service did not answer, so that the same may work later.</summary>
    public bool IsAway { get; init; }
}

/// <summary>How the program ends.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Something is missing, or was not acknowledged.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a setting is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by a signal before its end, as a shell tells it.</summary>
    public const int Interrupted = 130;
}
