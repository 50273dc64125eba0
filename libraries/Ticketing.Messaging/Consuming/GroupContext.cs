using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging;

/// <summary>What a group's batches share. The names are those on the cluster.</summary>
internal sealed record GroupContext(
    string Group, string Topic, IReadOnlyList<Route> Routes, IServiceProvider Services, DeadLetterQueue DeadLetters, MessagingOptions Options,
    TimeProvider Time, ILogger Logger, CancellationToken Stopping)
{
    public BatchTelemetry Telemetry { get; } = new(Group, Topic);

    public Repository<T> Repository<T>()
        where T : class => Services.GetRequiredService<Repository<T>>();
}
