namespace Ticketing.Messaging;

/// <summary>How groups and topics are named on Kafka, but for a shop's prefix.</summary>
public static class KafkaNames
{
    /// <summary>Partitions of a topic that is created, unless <c>Kafka:Partitions</c> says otherwise.</summary>
    public const int Partitions = 6;

    /// <summary>A service's consumer group on a topic.</summary>
    public static string Group(string service, string topic) => $"{service}-{topic}";

    /// <summary>Where events go that a group could not handle: one dead-letter topic per group and topic.</summary>
    public static string DeadLetters(string topic, string group) => $"{topic}.{group}.dead";
}
