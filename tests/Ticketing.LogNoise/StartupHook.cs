using System.Diagnostics;
using System.Runtime.CompilerServices;

/// <summary>Found by the runtime by this name, without a namespace, and called before the program's Main.</summary>
#pragma warning disable CA1050 // See above.
public static class StartupHook
#pragma warning restore CA1050
{
    /// <summary>Names a folder: <c>rate</c> in it says how many records a second each service logs, and each service says there what became of them.</summary>
    public const string Variable = "TICKETING_LOG_NOISE";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder)
            DiagnosticListener.AllListeners.Subscribe(new HostListener(folder));
    }

    private sealed class HostListener(string folder) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting")
                value.Subscribe(this, name => name == "HostBuilt");
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            // Only services log to Kafka.
            if (value.Key == "HostBuilt" && AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == "Ticketing.Logging"))
                Begin(value.Value!);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        // Other programs may lack its assemblies.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private void Begin(object host) => new Ticketing.LogNoise.Noise(host, folder).Begin();
    }
}
