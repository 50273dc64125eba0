using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Messaging;

namespace Ticketing.AppHost;

/// <summary>A broker as a program of its own. It chooses its port itself and tells its address in a file.</summary>
internal static class EmbeddedBroker
{
    public static IResourceBuilder<IResourceWithConnectionString> AddEmbeddedBroker(this IDistributedApplicationBuilder builder, string runDirectory)
    {
        var address = new AddressFile(Path.Combine(runDirectory, "broker"));
        builder.Services.AddHealthChecks().AddAsyncCheck("embedded-broker", address.CheckAsync);
        var broker = builder
            .AddExecutable("broker", Artifacts.DotnetHost, AppContext.BaseDirectory, [Artifacts.Program("EmbeddedBroker"), address.Path, .. Topics(builder.Configuration)])
            .WithHealthCheck("embedded-broker")
            .ConfirmStop("The embedded broker keeps its records in memory, and gets another address with each start: restart the AppHost instead.");
        // A resource of its own: Aspire wants to know a connection string before it starts what has it.
        return builder.AddConnectionString("kafka", ReferenceExpression.Create($"{address}")).WaitFor(broker);
    }

    /// <summary>The settings that its clients need.</summary>
    public static void Configure(IResourceBuilder<ProjectResource> service) => service
        // It answers a fetch that found nothing when its time is up, not when a record comes.
        .WithEnvironment("Kafka__FetchWaitMaxMs", "10")
        // It lets nobody join a group that a member has just left, until that member's session would have timed out.
        .WithEnvironment("Kafka__SessionTimeoutMs", "6000");

    // It answers no admin requests, so every topic is made with it. Which service consumes which topic is not known here, so each gets dead letters
    // for all of them.
    private static IEnumerable<string> Topics(ConfigurationManager configuration)
    {
        var (prefix, partitions) = (configuration["Kafka:Prefix"], configuration.GetValue("Kafka:Partitions", KafkaNames.Partitions));
        return
        [
            .. Contracts.Topics.AllWritten.Concat(Contracts.Topics.Insights).Select(topic => $"{prefix}{topic}={partitions}"),
            .. from topic in Contracts.Topics.All
               from service in Shop.Services
               select $"{KafkaNames.DeadLetters(prefix + topic, prefix + KafkaNames.Group(service, topic))}=1",
        ];
    }

    private sealed class AddressFile : IValueProvider, IManifestExpressionProvider
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

        public AddressFile(string path)
        {
            // The last run's.
            File.Delete(path);
            Path = path;
        }

        public string Path { get; }

        public string ValueExpression => "{kafka.connectionString}";

        public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
        {
            while (!File.Exists(Path))
                await Task.Delay(Pause, cancellationToken);
            return await File.ReadAllTextAsync(Path, cancellationToken);
        }

        public async Task<HealthCheckResult> CheckAsync(CancellationToken cancellation)
        {
            // The wait is within one check, because Aspire asks again only after a second.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(TimeSpan.FromSeconds(5));
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPEndPoint.Parse((await GetValueAsync(patience.Token))!), patience.Token);
                return HealthCheckResult.Healthy();
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                return HealthCheckResult.Unhealthy(e.Message);
            }
        }
    }
}
