using System.CommandLine;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Ticketing.Messaging;

namespace Ticketing.Cli;

/// <summary><c>ticketing topics</c>: what topics there are.</summary>
internal static class TopicsCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private const string Unknown = "?";

    private static readonly Argument<string> TopicArgument = new("TOPIC") { Description = "The topic." };
    private static readonly Option<int> PartitionsOption = new("--partitions", "-p") { Description = "How many partitions it has (1).", HelpName = "N", DefaultValueFactory = _ => 1 };

    public static Command Create()
    {
        CliCommand.RefusesOptions(TopicArgument);
        PartitionsOption.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--partitions must be 1 or more.");
        });
        var create = new CliCommand("create", "Makes a topic, with the broker's settings.", "ticketing topics create demo --partitions 3") { TopicArgument, PartitionsOption };
        create.Runs(CreateAsync);
        var command = new CliCommand(
            "topics", "Lists the topics: partitions, replicas, how long records are kept, and how many there are.", "ticketing topics",
            "ticketing topics --bootstrap-server 127.0.0.1:9092")
        {
            create,
        };
        command.Runs(RunAsync);
        return command;
    }

    private static async Task<int> CreateAsync(ParseResult arguments, CancellationToken stop)
    {
        var connection = Connection.From(arguments);
        var (topic, partitions) = (arguments.GetRequiredValue(TopicArgument), arguments.GetValue(PartitionsOption));
        var (client, _) = connection.Connect(stop);
        using var admin = client;
        Connection.CheckAdminRequests(admin);
        try
        {
            await admin.CreateTopicsAsync([new() { Name = connection.OnCluster(topic), NumPartitions = partitions, ReplicationFactor = -1 }], new() { RequestTimeout = Timeout }).WaitAsync(stop);
        }
        catch (CreateTopicsException e)
        {
            throw Errors.From(e.Results[0].Error);
        }
        Console.WriteLine($"The topic '{topic}' has {partitions} {(partitions == 1 ? "partition" : "partitions")}");
        return ExitCode.Done;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        var connection = Connection.From(arguments);
        var (client, known) = connection.Connect(stop);
        using var admin = client;
        // Kafka's own begin with two underscores.
        List<TopicMetadata> topics =
        [
            .. known.Values.Where(topic => !topic.Error.IsError && topic.Topic.StartsWith(connection.Prefix, StringComparison.Ordinal) && !topic.Topic.StartsWith("__", StringComparison.Ordinal))
                .OrderBy(topic => topic.Topic, StringComparer.Ordinal),
        ];
        var retentions = await RetentionsAsync(client, topics).WaitAsync(stop);
        TopicPartition[] partitions = [.. topics.SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition.PartitionId)))];
        using var reader = connection.Reader();
        var (starts, ends) = (reader.Find(Offset.Beginning, partitions), reader.Find(Offset.End, partitions));

        var table = Terminal.Table("TOPIC", "PARTITIONS", "REPLICAS", "RETENTION", "RECORDS");
        foreach (var topic in topics)
        {
            // Of a compacted topic it is what there was: the offsets of what is gone are counted, too.
            var records = partitions.Where(partition => partition.Topic == topic.Topic).Sum(partition => ends[partition] - starts[partition]);
            var replicas = topic.Partitions.Select(partition => partition.Replicas.Length).DefaultIfEmpty().Min();
            table.Row(connection.InShop(topic.Topic), $"{topic.Partitions.Count}", $"{replicas}", retentions.GetValueOrDefault(topic.Topic, Unknown), $"{records}");
        }
        Terminal.Output.Write(table);
        return ExitCode.Done;
    }

    /// <summary>Nothing where the broker does not tell, as the embedded one, or the user may not ask.</summary>
    private static async Task<Dictionary<string, string>> RetentionsAsync(IAdminClient client, List<TopicMetadata> topics)
    {
        if (topics.Count == 0)
            return [];
        try
        {
            Connection.CheckAdminRequests(client);
            var described = await client.DescribeConfigsAsync(topics.Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic.Topic }), new() { RequestTimeout = Timeout });
            return described.ToDictionary(one => one.ConfigResource.Name, one => Retention(one.Entries));
        }
        catch (KafkaException)
        {
            return [];
        }
    }

    private static string Retention(Dictionary<string, ConfigEntryResult> settings)
    {
        var policy = settings.GetValueOrDefault("cleanup.policy")?.Value ?? "delete";
        if (!policy.Contains("delete", StringComparison.Ordinal))
            return "compacted";
        var kept = new List<string>();
        if (long.TryParse(settings.GetValueOrDefault("retention.ms")?.Value, CultureInfo.InvariantCulture, out var milliseconds))
            kept.Add(milliseconds < 0 ? "forever" : Duration(TimeSpan.FromMilliseconds(milliseconds)));
        if (long.TryParse(settings.GetValueOrDefault("retention.bytes")?.Value, CultureInfo.InvariantCulture, out var bytes) && bytes >= 0)
            kept.Add($"{bytes} B per partition");
        if (policy.Contains("compact", StringComparison.Ordinal))
            kept.Add("compacted");
        return string.Join(", ", kept);
    }

    private static string Duration(TimeSpan time) =>
        time.TotalDays >= 1 && time.Ticks % TimeSpan.TicksPerDay == 0 ? $"{time.Days} d"
        : time.TotalHours >= 1 && time.Ticks % TimeSpan.TicksPerHour == 0 ? $"{time.TotalHours:0} h"
        : time.TotalSeconds >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s")
        : $"{time.TotalMilliseconds:0} ms";
}
