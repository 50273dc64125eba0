using System.Collections.Frozen;

namespace Ticketing.Messaging;

/// <summary>The topics that a service publishes to.</summary>
internal sealed class PublishedTopics(string service, IEnumerable<string> topics, KafkaSettings settings)
{
    private readonly FrozenDictionary<string, string> _names = topics.ToFrozenDictionary(topic => topic, settings.Name);

    /// <summary>The name on the cluster of the topic that events of this type are published to.</summary>
    /// <exception cref="InvalidOperationException">The service does not say that it publishes there.</exception>
    public string NameOf(EventType type) => _names.TryGetValue(type.Topic, out var name) ? name : throw new InvalidOperationException(
        $"'{type.Name}' is published to '{type.Topic}', and {service} does not say that it publishes there. Add .Publishes(\"{type.Topic}\").");
}
