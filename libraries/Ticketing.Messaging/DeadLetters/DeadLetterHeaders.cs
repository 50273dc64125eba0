namespace Ticketing.Messaging.DeadLetters;

/// <summary>The headers that a dead letter has besides those of the record that it was.</summary>
internal static class DeadLetterHeaders
{
    public const string Prefix = "dead_";
    public const string Topic = "dead_topic";
    public const string Partition = "dead_partition";
    public const string Offset = "dead_offset";
    public const string Group = "dead_group";
    public const string Error = "dead_error";
    public const string Attempts = "dead_attempts";
    public const string Time = "dead_time";

    /// <summary>Size of the payload that was too large to keep.</summary>
    public const string OmittedBytes = "dead_omitted_bytes";

    /// <summary>On a record without key and value: the dead letter of this id was sent back.</summary>
    public const string Redriven = "dead_redriven";

    /// <summary>On the record that is sent back: how often that was done.</summary>
    public const string RedriveCount = "redrive_count";
}
