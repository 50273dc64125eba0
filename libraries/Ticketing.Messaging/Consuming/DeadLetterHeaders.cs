using System.Text;
using Confluent.Kafka;

namespace Ticketing.Messaging;

/// <summary>
/// The headers that this shop adds. A producer may use the same names, so their place tells whose they are: a dead letter ends with ours, from
/// the last <see cref="Topic"/> on, and the last header of a note is its kind.
/// </summary>
internal static class DeadLetterHeaders
{
    public const string Topic = "dead_topic";
    public const string Partition = "dead_partition";
    public const string Offset = "dead_offset";
    public const string Group = "dead_group";
    public const string Error = "dead_error";
    public const string Attempts = "dead_attempts";
    public const string Time = "dead_time";

    /// <summary>Size of the payload that was too large to keep.</summary>
    public const string OmittedBytes = "dead_omitted_bytes";

    /// <summary>A note: the dead letter of this id is about to be sent back.</summary>
    public const string Claimed = "dead_claimed";

    /// <summary>A note: the dead letter of this id was sent back.</summary>
    public const string Redriven = "dead_redriven";

    /// <summary>A note: the dead letter of this id was discarded.</summary>
    public const string Discarded = "dead_discarded";

    /// <summary>On a note: the user.</summary>
    public const string By = "dead_by";

    /// <summary>On a note: where in the origin topic the record is that was sent back, <c>partition-offset</c>.</summary>
    public const string SentTo = "dead_sent_to";

    /// <summary>On the record that is sent back, and on its note: how often that was done.</summary>
    public const string RedriveCount = "redrive_count";

    /// <summary>On the record that is sent back: the user.</summary>
    public const string RedrivenBy = "redriven_by";

    /// <summary>A producer's headers with ours behind them.</summary>
    public static Headers Behind(IEnumerable<IHeader> own, params (string Name, string Value)[] ours)
    {
        var headers = new Headers();
        foreach (var header in own)
            headers.Add(header);
        foreach (var (name, value) in ours)
            headers.Add(name, Encoding.UTF8.GetBytes(value));
        return headers;
    }
}
