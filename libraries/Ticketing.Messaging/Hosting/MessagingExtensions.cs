using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>Runs a service.</summary>
public static class MessagingExtensions
{
    /// <summary>The name of the health check: whether the broker answers, and every group makes progress.</summary>
    public const string HealthCheck = "kafka";

    /// <summary>
    /// Adds the runtime, and what the service is made of. An <see cref="IDocumentDatabase"/> must be registered besides. Settings:
    /// <see cref="KafkaSettings"/>, and <see cref="MessagingOptions"/> under <c>Messaging:</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Something of the service does not fit together, or a setting is wrong; the message says what.</exception>
    public static IHostApplicationBuilder AddMessaging(this IHostApplicationBuilder builder, Service service)
    {
        service.Check();
        var (services, settings) = (builder.Services, new KafkaSettings(builder.Configuration));
        services.TryAddSingleton(TimeProvider.System);
        services.Configure<MessagingOptions>(builder.Configuration.GetSection("Messaging"));
        services.AddSingleton(p => p.GetRequiredService<IOptions<MessagingOptions>>().Value);
        services.AddSingleton(service);
        services.AddSingleton(settings);
        services.AddSingleton(new EventMessages($"/{service.Name}", service.Derived));
        services.AddSingleton(new PublishedTopics(service.Name, service.PublishedTopics, settings));
        services.AddSingleton<EventProducer>();
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            HealthCheck, p => ActivatorUtilities.CreateInstance<KafkaHealthCheck>(p), HealthStatus.Degraded, tags: null));
        services.AddSingleton(p => new CompactedTopics(settings, service, p.GetRequiredService<ILogger<CompactedTopics>>()));
        services.AddHosted<TopicCreation>();
        services.AddHosted(p => new PublishedLogs(
            settings, service.PublishedTopics, p.GetServices<IRetold>(), p.GetRequiredService<IDocumentDatabase>(), p.GetRequiredService<EventMessages>(),
            p.GetRequiredService<EventProducer>().Ends,
            p.GetRequiredService<MessagingOptions>(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<PublishedLogs>>()));
        services.AddSingleton(p => new DeadLetterLog(
            settings, p.GetRequiredService<EventProducer>(), p.GetServices<GroupConsumer>(),
            p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<DeadLetterLog>>()));
        services.AddHosted<LagWatch>();
        services.AddHosted<Gauges>();
        services.AddSingleton(p => new InFlight(p.GetServices<Outbox>()));
        foreach (var documents in service.DocumentTypes)
            documents.AddTo(services);
        foreach (var (group, topic) in service.Groups)
            services.AddGroup(service, settings.Name(group), topic);
        foreach (var same in service.Broadcasts.GroupBy(broadcast => broadcast.Event.Topic))
            services.AddBroadcasts(same.Key, [.. same]);
        foreach (var work in service.Due)
            work.AddTo(services);
        return builder;
    }

    private static void AddGroup(this IServiceCollection services, Service service, string group, string topic)
    {
        // A group that appends has a member for each of its topics.
        var key = (group, topic);
        services.AddKeyedSingleton(key, (p, _) =>
        {
            var (settings, options) = (p.GetRequiredService<KafkaSettings>(), p.GetRequiredService<MessagingOptions>());
            var (time, logger) = (p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<GroupConsumer>>());
            var name = settings.Name(topic);
            var deadLetters = new DeadLetterQueue(group, name, p.GetRequiredService<EventProducer>(), options, time, logger);
            return new GroupConsumer(settings, new GroupContext(
                group, name, [.. service.Routes.Where(route => route.Event.Topic == topic)], p, deadLetters, options, time, logger,
                p.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping,
                service.Sinks.FirstOrDefault(sink => settings.Name(sink.Group) == group && sink.Topics.Any(one => one.Name == topic)) is { } sink
                    ? sink with { Topics = [.. sink.Topics.Where(one => one.Name == topic)] }
                    : null));
        });
        services.AddSingleton(p => p.GetRequiredKeyedService<GroupConsumer>(key));
        services.AddSingleton<IHostedService>(p => p.GetRequiredKeyedService<GroupConsumer>(key));
    }

    private static void AddBroadcasts(this IServiceCollection services, string topic, Broadcast[] broadcasts)
    {
        services.AddKeyedSingleton(topic, (p, _) => ActivatorUtilities.CreateInstance<BroadcastConsumer>(p, topic, broadcasts));
        services.AddSingleton(p => p.GetRequiredKeyedService<BroadcastConsumer>(topic));
        services.AddSingleton<IHostedService>(p => p.GetRequiredKeyedService<BroadcastConsumer>(topic));
    }

    private static void AddHosted<T>(this IServiceCollection services, Func<IServiceProvider, T>? create = null)
        where T : class, IHostedService
    {
        services.AddSingleton(create ?? (p => ActivatorUtilities.CreateInstance<T>(p)));
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<T>());
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
