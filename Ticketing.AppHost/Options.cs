using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ticketing.AppHost;

/// <summary>What the command line asks for. Everything else on it is Aspire's, or a setting such as <c>--Kafka:ReplicationFactor=3</c>.</summary>
/// <param name="Mode">Where Kafka and the documents come from if no server is named; null to find out.</param>
/// <param name="Kafka">Bootstrap servers of an existing Kafka.</param>
/// <param name="Store"><c>memory</c>, <c>postgres</c>, <c>mongodb</c>, or the connection string of an existing server.</param>
/// <param name="Hold">How long an unpaid order holds its seats.</param>
/// <param name="Replicas">Instances of each service, where it is said.</param>
/// <param name="PortBase">The dashboard's port. The services listen on the ports after it.</param>
/// <param name="RunDirectory">Where <c>endpoints.json</c>, the key ring, a private store and the Stripe simulator's books are kept.</param>
/// <param name="Dashboard">Whether the dashboard runs.</param>
/// <param name="Stripe">Whether payments go to Stripe or to its simulator.</param>
/// <param name="Insights">Whether Insights runs.</param>
/// <param name="Target">What is published: <c>compose</c> or <c>kubernetes</c>.</param>
internal sealed record Options(
    Mode? Mode, string? Kafka, string? Store, string? Hold, IReadOnlyDictionary<string, int> Replicas, int PortBase, string RunDirectory,
    bool Dashboard, bool Stripe, bool Insights, string Target)
{
    private static readonly Option<Mode?> ModeOption = new("--mode")
    {
        Description = "containers: Kafka and MongoDB in containers; embedded: an embedded broker, and documents in memory or an installed PostgreSQL. Without it: containers where a container runtime answers, else embedded.",
        CustomParser = OptionParsers.Mode,
    };

    private static readonly Option<string?> KafkaOption = new("--kafka")
    {
        Description = "An existing Kafka: HOST:PORT[,HOST:PORT]. Missing topics are created.",
        CustomParser = OptionParsers.BootstrapServers,
    };

    private static readonly Option<string?> StoreOption = new("--store")
    {
        Description = "Where documents are kept: memory, postgres, mongodb (in a container), or the connection string of an existing server such as \"Host=…;Username=…\" or mongodb://…",
        CustomParser = OptionParsers.Store,
    };

    private static readonly Option<string?> HoldOption = new("--hold")
    {
        Description = "How long an unpaid order holds its seats, such as 00:00:05. Default: 00:02:00.",
        CustomParser = OptionParsers.Hold,
    };

    private static readonly Option<IReadOnlyDictionary<string, int>> ReplicasOption = new("--replicas")
    {
        Description = "Instances of a service: SERVICE=N[,SERVICE=N]. They need a store that they can share. Default: orders=2,tickets=2 with containers, else one of each.",
        DefaultValueFactory = _ => new Dictionary<string, int>(),
        CustomParser = OptionParsers.Replicas,
    };

    private static readonly Option<int> PortBaseOption = new("--port-base")
    {
        Description = "The dashboard's port. Accounts listens on the next one, then Tickets, Orders, Payments, Expiration, Notifications, Activity, Insights, then further instances, then the Stripe simulator.",
        DefaultValueFactory = _ => 5100,
        CustomParser = OptionParsers.PortBase,
    };

    private static readonly Option<string?> RunDirectoryOption = new("--run-dir")
    {
        Description = "Where endpoints.json, the session keys, a private PostgreSQL and the Stripe simulator's books are kept. Default: artifacts/run.",
    };

    private static readonly Option<bool> DashboardOption = new("--dashboard")
    {
        Description = "Whether the Aspire dashboard runs.",
        DefaultValueFactory = _ => true,
    };

    private static readonly Option<bool> StripeOption = new("--stripe")
    {
        Description = "Whether payments go to Stripe, if Payments:Stripe:ApiKey is set, or else to a Stripe simulator that runs beside the services. false: Payments simulates its gateway in its own process.",
        DefaultValueFactory = _ => true,
    };

    private static readonly Option<bool> InsightsOption = new("--insights")
    {
        Description = "Whether Insights runs, which counts sales as they happen. It takes more than half as much processor time as all the others together. What is published has it.",
    };

    private static readonly Option<string> TargetOption = new("--target")
    {
        Description = "What is published: compose or kubernetes.",
        DefaultValueFactory = _ => "compose",
    };

    /// <summary>Reads the command line.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="exitCode">The exit code, if there is nothing to run: 0 after help, 2 after an error, which is told.</param>
    /// <returns>Null if there is nothing to run.</returns>
    public static Options? Parse(string[] args, out int exitCode)
    {
        TargetOption.Aliases.Add("--Target");
        ModeOption.Aliases.Add("--Mode");
        var command = new RootCommand("Runs the ticket shop on this machine, or publishes it for another.")
        {
            ModeOption, KafkaOption, StoreOption, HoldOption, ReplicasOption, PortBaseOption, RunDirectoryOption, DashboardOption, StripeOption, InsightsOption, TargetOption,
        };
        var parsed = command.Parse([.. OwnArguments(args)]);
        exitCode = 0;
        if (parsed.Action is not null && parsed.Errors.Count == 0)
        {
            exitCode = parsed.Invoke();
            return null;
        }
        if (parsed.Errors.Count > 0)
        {
            exitCode = 2;
            Console.Error.WriteLine($"error: {parsed.Errors[0].Message} (see --help)");
            return null;
        }
        return new Options(
            parsed.GetValue(ModeOption), parsed.GetValue(KafkaOption), parsed.GetValue(StoreOption), parsed.GetValue(HoldOption),
            parsed.GetRequiredValue(ReplicasOption), parsed.GetValue(PortBaseOption),
            Path.GetFullPath(parsed.GetValue(RunDirectoryOption) ?? Artifacts.RunDirectory), parsed.GetValue(DashboardOption),
            parsed.GetValue(StripeOption), parsed.GetValue(InsightsOption), parsed.GetRequiredValue(TargetOption));
    }

    /// <summary>An application with these options.</summary>
    public IDistributedApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = args,
            AllowUnsecuredTransport = true,
            DisableDashboard = !Dashboard,
            EnableResourceLogging = true,
        });
        // Only this machine talks to the dashboard, so it needs no certificate either.
        builder.Configuration["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true";
        builder.Configuration["DcpPublisher:WaitForResourceCleanup"] = "true";
        builder.Configuration["ASPNETCORE_URLS"] = $"http://localhost:{PortBase}";
        builder.Services.AddLogging(logging => logging
            .AddSimpleConsole(console => console.SingleLine = true)
            .AddFilter("Ticketing.AppHost.Resources.aspire-dashboard", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
            // ShopRun and the dashboard say what is not healthy. Each look at a service that is still starting is no error.
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None));
        return builder;
    }

    // Aspire's own options, and settings with a colon in their name, go to the configuration as they are.
    private static IEnumerable<string> OwnArguments(string[] args)
    {
        string[] aspire = ["--operation", "--publisher", "--step", "--list-steps", "--output-path", "--log-level", "--environment", "--include-exception-details"];
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i].Split('=')[0];
            if (!name.StartsWith("--", StringComparison.Ordinal) || (!name.Contains(':') && !aspire.Contains(name)))
                yield return args[i];
            else if (!args[i].Contains('='))
                i++;
        }
    }
}

/// <summary>Where Kafka and the documents come from if no server is named.</summary>
internal enum Mode
{
    /// <summary>From containers.</summary>
    Containers,

    /// <summary>From programs of this machine.</summary>
    Embedded,
}
