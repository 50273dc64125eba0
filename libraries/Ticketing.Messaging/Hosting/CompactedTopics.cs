using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging;

/// <summary>
/// Topics that keep the newest record of each key (<see cref="Service.PublishesState"/>). Their publisher makes them so, whoever created them: consumers may
/// have been faster, and they know nothing of it. What an operator has set on one that is compacted stays.
/// </summary>
public sealed partial class CompactedTopics
{
    private const string Policy = "cleanup.policy";
    private const string Compact = "compact";

    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long an earlier record of a key stays at least. After that it goes as soon as another record has come to its partition, and the broker's cleaner
    /// has looked at it (<c>log.cleaner.backoff.ms</c>).
    /// </summary>
    public static TimeSpan Lag { get; } = TimeSpan.FromSeconds(10);

    // The broker cleans what is older than the lag, but never the segment that it writes to. It begins another one with the first record that comes when this
    // one is as old as the lag, too. The files of what was cleaned away are deleted soon, and not a minute later.
    private static readonly (string Name, string Value)[] Settings =
    [
        (Policy, Compact), ("max.compaction.lag.ms", Milliseconds(Lag)), ("segment.ms", Milliseconds(Lag)), ("file.delete.delay.ms", "1000"),
    ];

    private readonly string[] _topics;
    private readonly ILogger _logger;

    internal CompactedTopics(KafkaSettings settings, Service service, ILogger<CompactedTopics> logger) =>
        (_topics, _logger) = ([.. service.StateTopics.Select(settings.Name)], logger);

    /// <summary>Why one is not compacted; null if all are, as far as is known.</summary>
    internal string? Problem { get; private set; }

    /// <summary>What a topic is created with; null if there is nothing special about it.</summary>
    internal Dictionary<string, string>? SettingsOf(string topic) =>
        _topics.Contains(topic) ? Settings.ToDictionary(setting => setting.Name, setting => setting.Value) : null;

    /// <summary>Makes those compacted that are not. All of them must exist.</summary>
    /// <returns>Whether they are; if not, it is worth another try later.</returns>
    internal async Task<bool> EnsureAsync(IAdminClient admin, CancellationToken cancellation)
    {
        if (_topics.Length == 0)
            return true;
        try
        {
            var described = await admin.DescribeConfigsAsync(_topics.Select(Resource), new() { RequestTimeout = Attempt }).WaitAsync(cancellation);
            string[] others = [.. described.Where(topic => topic.Entries[Policy].Value != Compact).Select(topic => topic.ConfigResource.Name)];
            if (others.Length > 0)
            {
                await admin.IncrementalAlterConfigsAsync(others.ToDictionary(Resource, _ => Settings.Select(Entry).ToList()), new() { RequestTimeout = Attempt })
                    .WaitAsync(cancellation);
                LogCompacted(string.Join(", ", others));
            }
            Problem = null;
            return true;
        }
        catch (KafkaException e) when (e.Error.Code == ErrorCode.Local_TimedOut)
        {
            // The broker is away, which others tell. Or it is the embedded one, which does not answer this, and forgets everything when it ends.
            return false;
        }
        catch (KafkaException e)
        {
            var problem = $"Whether {string.Join(", ", _topics)} is compacted is not known, or it cannot be made so: {e.Error.Reason}";
            if (problem != Problem)
                LogNotCompacted(string.Join(", ", _topics), string.Join(',', Settings.Select(setting => $"{setting.Name}={setting.Value}")), e.Error.Reason);
            Problem = problem;
            return false;
        }
    }

    private static string Milliseconds(TimeSpan time) => $"{time.TotalMilliseconds:F0}";

    private static ConfigResource Resource(string topic) => new() { Type = ResourceType.Topic, Name = topic };

    private static ConfigEntry Entry((string Name, string Value) setting) =>
        new() { Name = setting.Name, Value = setting.Value, IncrementalOperation = AlterConfigOpType.Set };

    [LoggerMessage(LogLevel.Information, "{Topics} is compacted from now on")]
    private partial void LogCompacted(string topics);

    [LoggerMessage(LogLevel.Error, "{Topics} must be compacted, or personal data stays in its log, and this service cannot see to it; set {Settings} on it, and allow DescribeConfigs: {Why}")]
    private partial void LogNotCompacted(string topics, string settings, string why);
}
