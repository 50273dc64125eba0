using System.Globalization;
using Ticketing.Testing;

namespace Ticketing.Faults.Tests.Running;

/// <summary>What every process of a run is told, and where its output goes.</summary>
internal sealed class RunEnvironment(Func<string> kafka, string postgres, int brokers)
{
    /// <summary>Short, so that many orders expire within a run.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();

    /// <param name="kafka">The broker, which stays where it is.</param>
    /// <param name="postgres">The store.</param>
    /// <param name="brokers">How many.</param>
    public RunEnvironment(string kafka, string postgres, int brokers)
        : this(() => kafka, postgres, brokers)
    {
    }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("ticketing-faults-").FullName;

    public string Kafka => kafka();

    public string Postgres => postgres;

    /// <summary>The id of the user who may do what operators may.</summary>
    public string? Operator { get; set; }

    public IEnumerable<(string Name, string? Value)> Settings(string name, Uri url) =>
    [
        ("ASPNETCORE_URLS", url.ToString()),
        ("ConnectionStrings__kafka", Kafka),
        ("ConnectionStrings__postgres", postgres),
        ("Documents__Store", "postgres"),
        ("DataProtection__KeyRing", Path.Combine(Directory, "keys")),
        ("OTEL_SERVICE_NAME", name),
        ("Orders__HoldDuration", Hold.ToString("c")),
        ("Payments__EffectLease", "00:00:03"),
        ("Payments__AnswerWithin", "00:00:02"),
        ("Payments__GatewayLatency", "00:00:00.050"),
        ("Payments__GatewayBooks", Directory),
        // The least that brokers allow; a frozen process is past it soon.
        ("Kafka__SessionTimeoutMs", "6000"),
        ("Kafka__ReconnectBackoffMaxMs", "1000"),
        ("Kafka__ReplicationFactor", brokers.ToString(CultureInfo.InvariantCulture)),
        ("Messaging__RepublishAfter", "00:00:02"),
        // Every six of these a service looks whether its topic has lost records.
        ("Messaging__LagPeriod", "00:00:01"),
        ("Operators__UserIds__0", Operator),
        // Buyers leave many orders unpaid.
        .. ShopSettings.HighLimits, ShopSettings.AnyEmail,
    ];

    /// <summary>What the gateway says that it did.</summary>
    public IReadOnlyList<GatewayEntry> ReadGateway() =>
    [
        .. System.IO.Directory.GetFiles(Directory, "*.books").SelectMany(File.ReadAllLines).Select(line => line.Split(' ')).Select(words =>
            new GatewayEntry(words[0], words[1], words[2], words.Length > 3 ? decimal.Parse(words[3], CultureInfo.InvariantCulture) : 0)),
    ];

    public void Log(string name, string line)
    {
        lock (_lock)
            File.AppendAllText(Path.Combine(Directory, $"{name}.log"), $"{DateTime.UtcNow:HH:mm:ss.fff} {line}\n");
    }
}
