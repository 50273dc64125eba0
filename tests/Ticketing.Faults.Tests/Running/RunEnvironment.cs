using System.Globalization;
using Ticketing.Testing;
using Ticketing.Testing.Processes;

namespace Ticketing.Faults.Tests.Running;

/// <summary>What every process of a run is told, and where its output goes.</summary>
internal sealed class RunEnvironment(Func<string> kafka, string postgres, int brokers)
{
    /// <summary>Short, so that many orders expire within a run.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(5);

    /// <summary>What signs Stripe's webhooks.</summary>
    public const string WebhookSecret = "whsec_faults";

    private readonly Lock _lock = new();

    /// <param name="kafka">The broker, which stays where it is.</param>
    /// <param name="postgres">The store.</param>
    /// <param name="brokers">How many.</param>
    public RunEnvironment(string kafka, string postgres, int brokers)
        : this(() => kafka, postgres, brokers)
    {
    }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("ticketing-faults-").FullName;

    /// <summary>Where mails to users are put.</summary>
    public string MailFolder => Path.Combine(Directory, "mails");

    public string Kafka => kafka();

    public string Postgres => postgres;

    /// <summary>Where Stripe's simulator listens, if the run has one.</summary>
    public Uri Stripe { get; } = new($"http://127.0.0.1:{FreePorts.Take()}");

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
        ("Payments__Stripe__ApiKey", StripeAccount.Key),
        ("Payments__Stripe__ApiBase", Stripe.ToString()),
        ("Payments__Stripe__WebhookSecrets__0", WebhookSecret),
        ("Payments__Stripe__ReturnUrl", "http://127.0.0.1/orders/{orderId}"),
        ("Payments__Stripe__QuestionsPerSecond", "100"),
        // Nobody waits for a webhook for long.
        ("Payments__AskAfter", "00:00:02"),
        ("Payments__AskForRefundAfter", "00:00:03"),
        ("Payments__LookEvery", "00:00:04"),
        // Less than a hold, so that some buyers are reminded.
        ("Notifications__RemindBefore", "00:00:02"),
        ("Notifications__Mail__Folder", MailFolder),
        ("Notifications__Mail__Lease", "00:00:03"),
        // The least that brokers allow; a frozen process is past it soon.
        ("Kafka__SessionTimeoutMs", "6000"),
        ("Kafka__ReconnectBackoffMaxMs", "1000"),
        ("Kafka__ReplicationFactor", brokers.ToString(CultureInfo.InvariantCulture)),
        ("Messaging__RepublishAfter", "00:00:02"),
        // Every six of these a service looks whether its topic has lost records.
        ("Messaging__LagPeriod", "00:00:01"),
        ("Operators__UserIds__0", Operator),
        // Buyers leave many orders unpaid.
        .. ShopSettings.HighLimits, ShopSettings.AnyEmail, ShopSettings.CheapPasswords,
    ];

    public void Log(string name, string line)
    {
        lock (_lock)
            File.AppendAllText(Path.Combine(Directory, $"{name}.log"), $"{DateTime.UtcNow:HH:mm:ss.fff} {line}\n");
    }
}
