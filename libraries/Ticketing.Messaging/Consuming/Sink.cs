using System.Diagnostics.CodeAnalysis;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;

namespace Ticketing.Messaging;

/// <summary>A record as it stands on a topic, whoever wrote it.</summary>
public sealed class RawRecord
{
    private readonly Headers? _headers;

    internal RawRecord(string topic, ConsumeResult<byte[]?, byte[]?> result)
    {
        (Topic, Partition, Offset, _headers) = (topic, result.Partition.Value, result.Offset.Value, result.Message.Headers);
        (Time, Key, Value) = (new(result.Message.Timestamp.UtcDateTime), result.Message.Key, result.Message.Value);
    }

    /// <summary>For tests.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="offset">The offset, in partition 0.</param>
    /// <param name="time">When it was sent.</param>
    /// <param name="value">What it says.</param>
    /// <param name="headers">Its headers.</param>
    public RawRecord(string topic, long offset, DateTimeOffset time, byte[]? value, params IEnumerable<(string Name, string Value)> headers)
    {
        (Topic, Offset, Time, Value, _headers) = (topic, offset, time, value, []);
        foreach (var (name, text) in headers)
            _headers.Add(name, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The topic, without a shop's prefix.</summary>
    public string Topic { get; }

    /// <summary>The partition.</summary>
    public int Partition { get; }

    /// <summary>Where it is in its partition.</summary>
    public long Offset { get; }

    /// <summary>When its producer sent it, or the broker took it.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Its key.</summary>
    [SuppressMessage("Performance", "CA1819", Justification = "It is as the client has it.")]
    public byte[]? Key { get; }

    /// <summary>What it says.</summary>
    [SuppressMessage("Performance", "CA1819", Justification = "It is as the client has it.")]
    public byte[]? Value { get; }

    /// <summary>The last header of this name as text; null if there is none.</summary>
    public string? Header(string name) =>
        _headers is not null && _headers.TryGetLastBytes(name, out var value) && value is not null ? Encoding.UTF8.GetString(value) : null;
}

/// <summary>A topic whose records are appended somewhere. It may have more partitions if somebody else makes it.</summary>
/// <param name="Name">Its name, without a shop's prefix.</param>
/// <param name="Partitions">How many partitions it gets where the broker lacks it; as many as other topics if null.</param>
/// <param name="Retention">How long it keeps records then; the broker's default if null.</param>
public sealed record AppendedTopic(string Name, int? Partitions = null, TimeSpan? Retention = null);

/// <summary>Topics whose records a group appends somewhere.</summary>
/// <param name="Group">The group's name, without a shop's prefix.</param>
/// <param name="Topics">The topics.</param>
/// <param name="AppendAsync">Appends some of them.</param>
internal sealed record Sink(string Group, IReadOnlyList<AppendedTopic> Topics, Func<IServiceProvider, IReadOnlyList<RawRecord>, CancellationToken, Task> AppendAsync)
{
    public static Sink To<T>(string group, IReadOnlyList<AppendedTopic> topics, Func<T, IReadOnlyList<RawRecord>, CancellationToken, Task> appendAsync)
        where T : notnull => new(group, topics, (services, records, cancellation) => appendAsync(services.GetRequiredService<T>(), records, cancellation));
}
