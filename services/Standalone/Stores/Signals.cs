using System.Runtime.InteropServices;

namespace Ticketing.Standalone.Stores;

/// <summary>Signals for processes that are not ours to close a pipe to.</summary>
internal static partial class Signals
{
    /// <summary>SIGINT; to PostgreSQL: end, whoever is connected.</summary>
    public const int Interrupt = 2;

    /// <summary>SIGQUIT; to PostgreSQL: end at once, and recover with the next start.</summary>
    public const int Quit = 3;

    /// <summary>SIGKILL.</summary>
    public const int Kill = 9;

    public static void Send(int process, int signal) => _ = SendSignal(process, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
