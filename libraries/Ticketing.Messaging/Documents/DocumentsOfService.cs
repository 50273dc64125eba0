using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>Documents that a service keeps.</summary>
internal abstract record DocumentsOfService(string Name, Type State, IReadOnlyList<string> Indexes)
{
    /// <summary>Adds their store, outbox and repository.</summary>
    public abstract void AddTo(IServiceCollection services);
}

/// <inheritdoc/>
/// <param name="Type">Their type.</param>
/// <param name="Tell">The events that tell of a document as it is; null if there are none.</param>
internal sealed record DocumentsOfService<T>(DocumentType<T> Type, Func<T, IReadOnlyList<IEvent>>? Tell)
    : DocumentsOfService(Type.Name, typeof(T), [.. Type.Indexes.Select(index => index.Name)])
    where T : class
{
    public override void AddTo(IServiceCollection services)
    {
        if (Tell is not null)
            services.AddSingleton<IRetold>(p => new Retold<T>(p.GetRequiredService<Repository<T>>(), Tell));
        services.AddSingleton(p =>
        {
            var database = p.GetRequiredService<IDocumentDatabase>();
            return new ObservedStore<T>(database.Store(Type), database.System, Type.Name);
        });
        services.AddSingleton(p => new Outbox<T>(
            Type, p.GetRequiredService<ObservedStore<T>>(), p.GetRequiredService<EventProducer>(), p.GetRequiredService<EventMessages>(),
            p.GetRequiredService<KafkaSettings>(), p.GetRequiredService<MessagingOptions>(), p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<ILogger<Outbox<T>>>()));
        services.AddSingleton<Outbox>(p => p.GetRequiredService<Outbox<T>>());
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<Outbox<T>>());
        services.AddSingleton(p => new Repository<T>(
            Type, p.GetRequiredService<ObservedStore<T>>(), p.GetRequiredService<IDocumentDatabase>().IsInProcess, p.GetRequiredService<Outbox<T>>(),
            p.GetRequiredService<PublishedTopics>(), p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));
    }
}
