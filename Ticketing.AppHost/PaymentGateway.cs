using System.Security.Cryptography;
using Ticketing.Payments.Gateway;

namespace Ticketing.AppHost;

/// <summary>
/// Where payments go: to Stripe, if there is a key of an account; else, when the shop runs, to a Stripe simulator beside the services; else, and with
/// <c>--stripe false</c>, to the gateway that Payments simulates in its own process.
/// </summary>
internal sealed class PaymentGateway
{
    /// <summary>The simulator's name as a resource.</summary>
    public const string Simulator = "stripe";

    private const string ApiKey = "Payments__Stripe__ApiKey";

    private readonly IResourceBuilder<ParameterResource> _latency;
    private readonly IResourceBuilder<ProjectResource>? _simulator;
    private readonly IResourceBuilder<ParameterResource>? _webhookSecret;
    private readonly bool _isReal;
    private bool _hearsWebhooks;

    private PaymentGateway(
        IResourceBuilder<ParameterResource> latency, string reason, IResourceBuilder<ProjectResource>? simulator = null,
        IResourceBuilder<ParameterResource>? webhookSecret = null, bool isReal = false) =>
        (_latency, Reason, _simulator, _webhookSecret, _isReal) = (latency, reason, simulator, webhookSecret, isReal);

    /// <summary>What was chosen, and why: a sentence.</summary>
    public string Reason { get; }

    /// <summary>Chooses one.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="options">The command line.</param>
    /// <param name="servers">Where documents are: the simulator keeps its books as long.</param>
    /// <param name="shop">The services.</param>
    /// <param name="latency">How long what is simulated takes.</param>
    public static PaymentGateway Add(
        IDistributedApplicationBuilder builder, Options options, Servers servers, Shop shop, IResourceBuilder<ParameterResource> latency)
    {
        if (!options.Stripe)
            return new(latency, "Payments simulates its gateway in its own process (--stripe false).");
        if (builder.Configuration["Payments:Stripe:ApiKey"] is { Length: > 0 })
            return new(latency, "Payments go to Stripe: Payments:Stripe:ApiKey is set.", isReal: true);
        if (builder.ExecutionContext.IsPublishMode)
            return new(latency, "Payments simulates its gateway: Payments:Stripe:ApiKey is not set.");

        // Good for this run only.
        var secret = builder.AddParameter("stripe-simulator-webhook-secret", $"whsec_{RandomNumberGenerator.GetHexString(32, lowercase: true)}", secret: true);
        var simulator = builder.AddProject<Projects.StripeSimulator>(Simulator, project => project.ExcludeLaunchProfile = true)
            .WithHttpEndpoint(shop.PortBehindServices(Simulator), isProxied: false)
            .WithoutHttpsCertificate()
            .WithUrlForEndpoint("http", url => url.DisplayText = "Stripe simulator")
            .WithEnvironment("faults__delay", latency)
            .WithEnvironment("webhooks__secret", secret)
            // Of others, Payments would only say that it has them.
            .WithEnvironment("webhooks__events", string.Join(',', StripeEventTypes.Handled))
            .RunBuilt();
        simulator.WithHealthCheck(ServiceHealth.AddTo(builder.Services, simulator.Resource));
        if (servers.Store == "memory")
            simulator.ConfirmStop("The Stripe simulator keeps its books in memory, and loses them when it stops: Payments cannot refund what it has charged. --store postgres keeps them.");
        else
            simulator.WithEnvironment("books", Path.Combine(options.RunDirectory, "stripe.jsonl"));
        return new(latency, "Payments go to a Stripe simulator: Payments:Stripe:ApiKey is not set.", simulator, secret);
    }

    /// <summary>Connects an instance of Payments. The first one gets the simulator's webhooks.</summary>
    public void ConnectTo(IResourceBuilder<ProjectResource> payments)
    {
        if (_simulator is null)
        {
            if (!_isReal)
                payments.WithEnvironment("Payments__GatewayLatency", _latency);
            // A key may be in the AppHost's environment, which Payments inherits.
            if (!_isReal && payments.ApplicationBuilder.ExecutionContext.IsRunMode)
                payments.WithEnvironment(ApiKey, "");
            return;
        }
        var url = _simulator.GetEndpoint("http");
        payments
            .WithEnvironment(ApiKey, "sk_test_simulator")
            .WithEnvironment("Payments__Stripe__ApiBase", url)
            .WithEnvironment("Payments__Stripe__WebhookSecrets__0", _webhookSecret!)
            // The simulator does not count.
            .WithEnvironment("Payments__Stripe__QuestionsPerSecond", "1000");
        if (payments.ApplicationBuilder.Configuration["Payments:Stripe:ReturnUrl"] is not { Length: > 0 })
            payments.WithEnvironment("Payments__Stripe__ReturnUrl", ReferenceExpression.Create($"{url}/returned"));
        if (_hearsWebhooks)
            return;
        _hearsWebhooks = true;
        _simulator.WithEnvironment("webhooks__url", ReferenceExpression.Create($"{payments.GetEndpoint("http")}/api/payments/webhooks/stripe"));
    }
}
