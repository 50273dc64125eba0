using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging;

/// <summary>What a group's batches share. The names are those on the cluster. A group that appends has one for each of its topics.</summary>
internal sealed record GroupContext(
    string Group, string Topic, IReadOnlyList<Route> Routes, IServiceProvider Services, DeadLetterQueue DeadLetters, MessagingOptions Options,
    TimeProvider Time, ILogger Logger, CancellationToken Stopping, Sink? Sink = null)
{
    public BatchTelemetry Telemetry { get; } = new(Group, Topic);

    public ErrorNews Errors { get; } = new(Time);

    public Repository<T> Repository<T>()
        where T : class => Services.GetRequiredService<Repository<T>>();
}
