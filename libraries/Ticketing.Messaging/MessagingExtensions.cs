using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ticketing.Documents;
using Ticketing.Messaging.Consuming;
using Ticketing.Messaging.DeadLetters;
using Ticketing.Messaging.Publishing;

namespace Ticketing.Messaging;

/// <summary>Adds the runtime to a service.</summary>
public static class MessagingExtensions
{
    /// <summary>
    /// Adds the runtime. An <see cref="Documents.IDocumentDatabase"/> must be registered besides. Settings: <see cref="KafkaSettings"/>,
    /// and <see cref="MessagingOptions"/> under <c>Messaging:</c>.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="service">Its name; events say <c>/name</c> as their source (CloudEvents <c>source</c>).</param>
    public static MessagingBuilder AddMessaging(this IHostApplicationBuilder builder, string service)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.Configure<MessagingOptions>(builder.Configuration.GetSection("Messaging"));
        services.AddSingleton(new KafkaSettings(builder.Configuration));
        services.AddSingleton(new EventHeaders($"/{service}"));
        services.AddSingleton<EventProducer>();
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            "kafka", p => new KafkaHealthCheck(
                p.GetRequiredService<EventProducer>(), p.GetRequiredService<TopicCreation>(), p.GetRequiredService<PublishedLogs>(),
                [.. p.GetServices<GroupConsumer>()]),
            HealthStatus.Degraded, tags: null));
        services.AddSingleton(p => new TopicCreation(
            p.GetRequiredService<KafkaSettings>(), p.GetServices<TopicsOfService>(), p.GetServices<GroupConsumer>(),
            p.GetRequiredService<IOptions<MessagingOptions>>().Value, p.GetRequiredService<ILogger<TopicCreation>>()));
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<TopicCreation>());
        services.AddSingleton(p => new PublishedLogs(
            p.GetRequiredService<KafkaSettings>(), p.GetServices<TopicsOfService>(), p.GetServices<IRetold>(), p.GetRequiredService<IDocumentDatabase>(),
            p.GetRequiredService<IOptions<MessagingOptions>>().Value, p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<PublishedLogs>>()));
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<PublishedLogs>());
        services.AddSingleton(p => new DeadLetterLog(
            p.GetRequiredService<KafkaSettings>(), p.GetRequiredService<EventProducer>(), p.GetServices<GroupConsumer>(),
            p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<DeadLetterLog>>()));
        services.AddSingleton<IHostedService>(p => new LagWatch(
            p.GetRequiredService<KafkaSettings>(), p.GetServices<WatchedGroup>(), p.GetRequiredService<IOptions<MessagingOptions>>().Value,
            p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<LagWatch>>()));
        services.AddSingleton(p => new InFlight(p.GetServices<Outbox>()));
        return new MessagingBuilder(services);
    }
}

/// <summary>What this instance has accepted and not finished.</summary>
public sealed class InFlight
{
    private readonly Outbox[] _outboxes;

    internal InFlight(IEnumerable<Outbox> outboxes) => _outboxes = [.. outboxes];

    /// <summary>How many documents have events that the broker has not acknowledged yet.</summary>
    public int Outbox => _outboxes.Sum(outbox => outbox.Depth);
}
