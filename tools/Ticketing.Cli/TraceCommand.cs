using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Cli;

/// <summary><c>ticketing trace</c>: all that happened to an order.</summary>
internal static class TraceCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private static readonly Argument<string> OrderArgument = new("ORDER") { Description = "The order's id." };

    public static Command Create()
    {
        CliCommand.RefusesOptions(OrderArgument);
        var command = new CliCommand("trace", "Shows every event of an order, of all the shop's topics, and the time between them.", "ticketing trace 0199c1d2e3f4")
        {
            OrderArgument,
        };
        command.Runs((arguments, stop) => Task.FromResult(Run(arguments, stop)));
        return command;
    }

    private static int Run(ParseResult arguments, CancellationToken stop)
    {
        var connection = Connection.From(arguments);
        var order = arguments.GetRequiredValue(OrderArgument);
        var (client, known) = connection.Connect(stop);
        client.Dispose();
        // Services make their topics when they start; one may not run.
        var topics = Topics.All.Where(topic => known.ContainsKey(connection.OnCluster(topic))).ToList();
        if (topics.Count == 0)
            throw new CliException("The broker has none of the shop's topics", "is it the shop's? Kafka:Prefix must be what the services have");
        List<TopicPartition> partitions = [.. topics.SelectMany(topic => connection.PartitionsOf(known, topic))];
        var events = Events(connection, order, partitions, stop).OrderBy(one => one.Time).ToList();
        if (events.Count == 0)
            throw new CliException($"There is no event of order '{order}'");

        var table = Terminal.Table("TIME (UTC)", "AFTER", "EVENT", "VERSION", "WHERE", "WHAT");
        var before = events[0].Time;
        foreach (var one in events)
        {
            table.Row(
                one.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture), After(one.Time - before), one.Type, one.Version, one.Place,
                one.What);
            before = one.Time;
        }
        Terminal.Output.Write(table);
        Console.Error.WriteLine($"{events.Count} {(events.Count == 1 ? "event" : "events")} in {After(events[^1].Time - events[0].Time)[1..]}");
        return ExitCode.Done;
    }

    private static IEnumerable<OrderEvent> Events(Connection connection, string order, List<TopicPartition> partitions, CancellationToken stop)
    {
        var key = Encoding.UTF8.GetBytes(order);
        using var reader = connection.Reader();
        var ends = reader.Find(Offset.End, partitions);
        var starts = reader.Find(Offset.Beginning, partitions);
        var left = partitions.Where(partition => starts[partition] < ends[partition]).ToHashSet();
        reader.Assign(left.Select(partition => new TopicPartitionOffset(partition, starts[partition])));
        while (left.Count > 0)
        {
            stop.ThrowIfCancellationRequested();
            if (reader.Consume(Timeout) is not { } record)
                throw new KafkaException(ErrorCode.Local_TimedOut);
            if (record.IsPartitionEOF || record.Offset >= ends[record.TopicPartition] - 1)
                left.Remove(record.TopicPartition);
            if (!record.IsPartitionEOF && OrderEvent.From(record, order, key, connection.InShop(record.Topic)) is { } found)
                yield return found;
        }
    }

    private static string After(TimeSpan time) =>
        time < TimeSpan.FromSeconds(1) ? string.Create(CultureInfo.InvariantCulture, $"+{time.TotalMilliseconds:0} ms")
        : time < TimeSpan.FromMinutes(1) ? string.Create(CultureInfo.InvariantCulture, $"+{time.TotalSeconds:0.000} s")
        : $"+{time:c}";
}

/// <summary>An event of an order, as it is shown.</summary>
internal sealed record OrderEvent(DateTimeOffset Time, string Type, string Version, string Place, string What)
{
    // What says most about a step.
    private static readonly string[] Told = ["status", "reason", "amount", "refunded", "dispute", "quantity"];

    /// <returns>Null if the record is none of the order's.</returns>
    public static OrderEvent? From(ConsumeResult<byte[]?, byte[]?> record, string order, byte[] key, string topic)
    {
        var hasKey = key.AsSpan().SequenceEqual(record.Message.Key);
        // Most records are others': to parse them all would take most of the time.
        if (!hasKey && record.Message.Value.AsSpan().IndexOf("\"orderId\""u8) < 0)
            return null;
        var place = $"[{topic}] {record.Partition.Value}:{record.Offset.Value}";
        try
        {
            using var json = JsonDocument.Parse(record.Message.Value.AsMemory());
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.Object)
                return hasKey || root.Text("orderId") == order
                    ? new(TimeOf(record.Message), root.Text("type") ?? "?", root.Text("version") ?? "-", place,
                        string.Join(" ", Told.Select(name => (name, root.Text(name))).Where(one => one.Item2 is not null).Select(one => $"{one.name}={one.Item2}")))
                    : null;
        }
        catch (JsonException)
        {
            // It is shown if its key is the order's: that it is there matters.
        }
        return hasKey ? new(TimeOf(record.Message), "?", "-", place, "not a JSON object") : null;
    }

    // When it was decided, which is before it was sent, and finer than Kafka's milliseconds.
    private static DateTimeOffset TimeOf(Message<byte[]?, byte[]?> message) =>
        message.Headers.TryGetLastBytes("ce_time", out var bytes) && bytes is not null
        && DateTimeOffset.TryParse(Encoding.UTF8.GetString(bytes), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time : new DateTimeOffset(message.Timestamp.UtcDateTime);
}
