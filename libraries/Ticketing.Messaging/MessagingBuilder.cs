using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Documents.Memory;
using Ticketing.Messaging.Consuming;
using Ticketing.Messaging.Publishing;

namespace Ticketing.Messaging;

/// <summary>Says what a service is made of: its documents, and which group handles which event on which document.</summary>
public sealed class MessagingBuilder
{
    private readonly IServiceCollection _services;

    internal MessagingBuilder(IServiceCollection services) => _services = services;

    /// <summary>
    /// The service publishes to these topics. They are created where the broker lacks them, as are those of its groups and their dead
    /// letters.
    /// </summary>
    public MessagingBuilder Publishes(params IReadOnlyList<string> topics)
    {
        _services.AddSingleton(new TopicsOfService(topics));
        foreach (var (group, topic) in ConsumerGroups.All)
            if (topics.Contains(topic))
                Watches(group, topic);
        return this;
    }

    /// <summary>
    /// The service tells the lag of this group, as it does of its own groups and of all that read what it publishes: a consumer that is
    /// stopped does not tell of itself.
    /// </summary>
    public MessagingBuilder Watches(string group, string topic)
    {
        _services.AddSingleton(new WatchedGroup(group, topic));
        return this;
    }

    /// <summary>The service keeps documents of this type; its code gets them as a <see cref="Repository{T}"/>.</summary>
    /// <param name="type">Their type.</param>
    /// <param name="tell">
    /// The events that tell of a document as it is, with its version: they are published again when a topic has lost records, or when an
    /// operator wants it. Null for documents that only follow others.
    /// </param>
    public MessagingBuilder Documents<T>(DocumentType<T> type, Func<T, IReadOnlyList<Event>>? tell = null)
        where T : class
    {
        if (tell is not null)
            _services.AddSingleton<IRetold>(p => new Retold<T>(p.GetRequiredService<Repository<T>>(), tell));
        _services.AddSingleton(p =>
        {
            var database = p.GetRequiredService<IDocumentDatabase>();
            return new ObservedStore<T>(database.Store(type), database.System, type.Name);
        });
        _services.AddSingleton(p => new Outbox<T>(
            type, p.GetRequiredService<ObservedStore<T>>(), p.GetRequiredService<EventProducer>(), p.GetRequiredService<EventHeaders>(),
            p.GetRequiredService<IOptions<MessagingOptions>>().Value, p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<ILogger<Outbox<T>>>()));
        _services.AddSingleton<Outbox>(p => p.GetRequiredService<Outbox<T>>());
        _services.AddSingleton<IHostedService>(p => p.GetRequiredService<Outbox<T>>());
        _services.AddSingleton(p => new Repository<T>(
            type, p.GetRequiredService<ObservedStore<T>>(), p.GetRequiredService<IDocumentDatabase>() is not MemoryDatabase,
            p.GetRequiredService<Outbox<T>>(), p.GetRequiredService<TimeProvider>(), Stopping(p)));
        return this;
    }

    /// <summary>The service has a consumer group on a topic.</summary>
    /// <param name="name">The group's id.</param>
    /// <param name="topic">The one topic that it consumes.</param>
    /// <param name="handlers">What it does with which event.</param>
    public MessagingBuilder Group(string name, string topic, Action<GroupBuilder> handlers)
    {
        var group = new GroupBuilder();
        handlers(group);
        Watches(name, topic);
        _services.AddSingleton<IHostedService>(p => p.GetRequiredKeyedService<GroupConsumer>(name));
        _services.AddSingleton(p => p.GetRequiredKeyedService<GroupConsumer>(name));
        _services.AddKeyedSingleton(name, (p, _) =>
        {
            var options = p.GetRequiredService<IOptions<MessagingOptions>>().Value;
            var (time, logger) = (p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<GroupConsumer>>());
            var deadLetters = new DeadLetterQueue(name, topic, p.GetRequiredService<EventProducer>(), options, time, logger);
            return new GroupConsumer(
                p.GetRequiredService<KafkaSettings>(), new GroupContext(name, topic, deadLetters, options, time, logger, Stopping(p)),
                group.Build(p, name, topic));
        });
        return this;
    }

    /// <summary>The service does work on documents when it falls due.</summary>
    /// <param name="work">What it does; one instance for the life of the service.</param>
    public MessagingBuilder Due<T>(Func<IServiceProvider, DueWork<T>> work)
        where T : class
    {
        _services.AddSingleton(work);
        _services.AddSingleton<IHostedService>(p => new DueWorker<T>(
            p.GetRequiredService<Repository<T>>(), p.GetRequiredService<DueWork<T>>(), p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<ILogger<DueWorker<T>>>(), Stopping(p)));
        return this;
    }

    private static CancellationToken Stopping(IServiceProvider services) =>
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
}
