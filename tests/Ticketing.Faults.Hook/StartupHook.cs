using System.Diagnostics;
using System.Globalization;

/// <summary>Found by the runtime by this name, without a namespace, and called before the program's Main.</summary>
#pragma warning disable CA1050 // See above.
public static class StartupHook
#pragma warning restore CA1050
{
    /// <summary>Says where to die: <c>POINT:COUNT</c>, at the COUNT-th time that the process comes to POINT.</summary>
    public const string Variable = "TICKETING_KILL_AT";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split(':') is not [var point, var count])
            return;
        DiagnosticListener.AllListeners.Subscribe(new Killer(point, int.Parse(count, CultureInfo.InvariantCulture)));
    }

    private sealed class Killer(string point, int count) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        private int _left = count;

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Ticketing.Messaging")
                value.Subscribe(this, name => name == point);
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (Interlocked.Decrement(ref _left) > 0)
                return;
            // SIGKILL, as from outside: nothing is flushed, no handler runs. It may take a moment, in which this thread must not go on.
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
