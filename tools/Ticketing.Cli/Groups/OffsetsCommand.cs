using System.CommandLine;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Ticketing.Cli;

/// <summary><c>ticketing offsets reset</c>: lets a group read again, or leave records out.</summary>
internal static class OffsetsCommand
{
    private static readonly Option<string> GroupOption = new("--group", "-g") { Description = "The group. It must have no members.", HelpName = "NAME", Required = true };
    private static readonly Option<string> TopicOption = new("--topic", "-t") { Description = "The topic.", HelpName = "NAME", Required = true };
    private static readonly Option<bool> ToEarliestOption = new("--to-earliest") { Description = "To the first record." };
    private static readonly Option<bool> ToLatestOption = new("--to-latest") { Description = "After the last record." };
    private static readonly Option<long?> ToOffsetOption = new("--to-offset") { Description = "To this offset of each partition, or the nearest one that there is.", HelpName = "N" };

    private static readonly Option<DateTimeOffset?> ToTimeOption = new("--to-time")
    {
        Description = "To the first record since this time, such as 2026-02-13T12:00:00Z. Without a zone it is UTC.",
        HelpName = "TIME",
        CustomParser = result =>
        {
            if (DateTimeOffset.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                return time;
            result.AddError($"--to-time '{result.Tokens[0].Value}' is not a time such as 2026-02-13T12:00:00Z.");
            return null;
        },
    };

    public static Command Create()
    {
        var reset = new CliCommand(
            "reset", "Sets the offsets that a group has committed for a topic. It shows what would change, and asks.",
            "ticketing offsets reset --group billing --topic orders --to-earliest",
            "ticketing offsets reset --group billing --topic orders --to-time 2026-02-13T12:00:00Z --yes")
        {
            GroupOption, TopicOption, ToEarliestOption, ToLatestOption, ToOffsetOption, ToTimeOption, Question.YesOption,
        };
        ToOffsetOption.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long?>() < 0)
                result.AddError("--to-offset must be 0 or more.");
        });
        reset.Validators.Add(result =>
        {
            Option[] places = [ToEarliestOption, ToLatestOption, ToOffsetOption, ToTimeOption];
            if (places.Count(place => result.GetResult(place) is { Implicit: false }) != 1)
                result.AddError("One of --to-earliest, --to-latest, --to-offset and --to-time must be given.");
        });
        reset.Runs(ResetAsync);
        return new CliCommand("offsets", "Changes where groups go on.") { reset };
    }

    private static async Task<int> ResetAsync(ParseResult arguments, CancellationToken stop)
    {
        Question.Check(arguments);
        var connection = Connection.From(arguments);
        var (group, topic) = (arguments.GetRequiredValue(GroupOption), arguments.GetRequiredValue(TopicOption));
        var name = connection.OnCluster(group);
        var partitions = connection.Partitions([topic], stop);
        using var reader = new GroupReader(connection, stop);
        await CheckIsEmptyAsync(reader, name, group).WaitAsync(stop);
        var committed = await reader.CommittedAsync(name).WaitAsync(stop);
        if (committed.Count == 0 && (await reader.ReadAsync([group]).WaitAsync(stop)).Count == 0)
            throw new CliException($"There is no group '{group}'", "'ticketing groups' lists them");
        var target = Targets(arguments, reader, partitions);

        var table = Terminal.Table("PARTITION", "COMMITTED", "NEW", "CHANGE");
        foreach (var partition in partitions)
        {
            long? before = committed.TryGetValue(partition, out var offset) ? offset : null;
            table.Row($"{partition.Partition.Value}", before is null ? "-" : $"{before}", $"{target[partition]}", before is null ? "-" : $"{target[partition] - before:+0;-0;0}");
        }
        Terminal.Output.Write(table);
        if (!await Question.IsAgreedAsync(arguments, $"Set these offsets of group '{group}' on '{topic}'?", stop))
            return ExitCode.Failed;
        try
        {
            await reader.Admin.AlterConsumerGroupOffsetsAsync([new(name, [.. partitions.Select(partition => new TopicPartitionOffset(partition, target[partition]))])]).WaitAsync(stop);
        }
        catch (AlterConsumerGroupOffsetsException e)
        {
            // A member may have come while the question was there.
            await CheckIsEmptyAsync(reader, name, group).WaitAsync(stop);
            throw new KafkaException(e.Results.SelectMany(result => result.Partitions.Select(one => one.Error)).FirstOrDefault(error => error.IsError) ?? e.Error);
        }
        await Console.Error.WriteLineAsync($"Group '{group}' goes on from there.");
        return ExitCode.Done;
    }

    // A member would commit its own offsets over the new ones.
    private static async Task CheckIsEmptyAsync(GroupReader reader, string name, string group)
    {
        var members = (await reader.DescribeAsync([name]))[0].Members.Count;
        if (members > 0)
            throw new CliException($"Group '{group}' has {members} {(members == 1 ? "member" : "members")}", "stop them first");
    }

    private static Dictionary<TopicPartition, long> Targets(ParseResult arguments, GroupReader reader, List<TopicPartition> partitions)
    {
        var (starts, ends) = reader.Ranges(partitions);
        if (arguments.GetValue(ToEarliestOption))
            return starts;
        if (arguments.GetValue(ToLatestOption))
            return ends;
        if (arguments.GetValue(ToOffsetOption) is { } offset)
            return partitions.ToDictionary(partition => partition, partition => Math.Clamp(offset, starts[partition], ends[partition]));
        var since = reader.Since(arguments.GetValue(ToTimeOption)!.Value, partitions);
        return partitions.ToDictionary(partition => partition, partition => since[partition].IsSpecial ? starts[partition] : since[partition].Value);
    }
}
