using System.CommandLine;

namespace Ticketing.Standalone;

/// <summary>The command line: its options, its exit codes (0 asked to stop, 1 failed, 2 bad options).</summary>
internal static class LauncherCommand
{
    private static readonly Option<string?> Kafka = new("--kafka")
    {
        Description = "Bootstrap servers of an existing Kafka, HOST:PORT[,HOST:PORT]; without it an embedded broker is started",
        CustomParser = OptionParsers.BootstrapServers,
    };

    private static readonly Option<string?> Store = new("--store")
    {
        Description = "Where documents are kept: memory (the default), postgres for a private server with its data in the run directory, "
            + "or the connection string of an existing one, such as Host=…;Username=… or mongodb://…",
        CustomParser = OptionParsers.Store,
    };

    private static readonly Option<IReadOnlyDictionary<string, int>> Replicas = new("--replicas")
    {
        Description = "Instances of a service where one is not enough, SERVICE=N[,SERVICE=N]; they share a store, so it needs a --store other than memory",
        DefaultValueFactory = _ => ServiceReplicas.None,
        CustomParser = ServiceReplicas.Parse,
    };

    private static readonly Option<TimeSpan?> Hold = new("--hold")
    {
        Description = "How long an unpaid order holds its seats, such as 00:00:05",
        CustomParser = OptionParsers.Hold,
    };

    private static readonly Option<bool> Dashboard = new("--dashboard")
    {
        Description = "Also start the Aspire dashboard, on the port base itself: traces, metrics and logs of all services",
    };

    private static readonly Option<int> PortBase = new("--port-base")
    {
        Description = "The services listen on the ports after this one",
        DefaultValueFactory = _ => 5100,
        CustomParser = OptionParsers.PortBase,
    };

    private static readonly Option<string> RunDirectory = new("--run-dir")
    {
        Description = "Where endpoints.json, the key ring and a private store of this run are kept",
        DefaultValueFactory = _ => Artifacts.RunDirectory,
        HelpName = "directory",
    };

    public static async Task<int> InvokeAsync(string[] args)
    {
        var root = new RootCommand("Runs the ticket shop on this machine: a broker and the services, as processes.")
        {
            Kafka, Store, Replicas, Hold, Dashboard, PortBase, RunDirectory,
        };
        root.SetAction((parsed, _) => LauncherExit.RunAsync(new LauncherOptions(
            parsed.GetValue(Kafka),
            parsed.GetValue(Store),
            parsed.GetRequiredValue(Replicas),
            parsed.GetValue(Hold),
            parsed.GetValue(Dashboard),
            parsed.GetValue(PortBase),
            Path.GetFullPath(parsed.GetRequiredValue(RunDirectory)))));

        var result = root.Parse(args);
        if ((result.Errors.Count > 0 ? result.Errors[0].Message : ServiceReplicas.Problem(result.GetRequiredValue(Replicas), result.GetValue(Store)))
            is not { } problem)
            // The launcher handles the signals itself: a clean stop takes longer than the 2 s granted here.
            return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

        await Console.Error.WriteLineAsync($"error: {problem} (see --help)");
        return 2;
    }
}
