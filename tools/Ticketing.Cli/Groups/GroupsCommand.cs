using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace Ticketing.Cli;

/// <summary><c>ticketing groups</c>: who reads what, and how far behind.</summary>
internal static class GroupsCommand
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private static readonly Argument<string[]> GroupsArgument = new("GROUP") { Description = "Only these groups.", Arity = ArgumentArity.ZeroOrMore };

    public static Command Create()
    {
        CliCommand.RefusesOptions(GroupsArgument);
        var watch = new CliCommand(
            "watch", "Shows every second who has which partition, and how far behind it is. Without a terminal: a line for each partition.",
            "ticketing groups watch", "ticketing groups watch billing | grep orders")
        {
            GroupsArgument,
        };
        watch.Runs(WatchAsync);
        var command = new CliCommand("groups", "Lists consumer groups: state, members, partitions, and how many records they have not read.", "ticketing groups", "ticketing groups watch billing")
        {
            watch,
        };
        command.Runs(ListAsync);
        return command;
    }

    private static async Task<int> ListAsync(ParseResult arguments, CancellationToken stop)
    {
        using var reader = new GroupReader(Connection.From(arguments), stop);
        var table = Terminal.Table("GROUP", "STATE", "MEMBERS", "PARTITIONS", "LAG");
        foreach (var group in await reader.ReadAsync([]).WaitAsync(stop))
            table.Row(group.Name, group.State, $"{group.Members}", $"{group.Partitions.Count}", $"{group.Lag}");
        Terminal.Output.Write(table);
        return ExitCode.Done;
    }

    private static async Task<int> WatchAsync(ParseResult arguments, CancellationToken stop)
    {
        var connection = Connection.From(arguments);
        var only = arguments.GetValue(GroupsArgument) ?? [];
        using var reader = new GroupReader(connection, stop);
        try
        {
            if (Console.IsOutputRedirected)
            {
                while (true)
                {
                    foreach (var line in Lines(connection, await reader.ReadAsync(only).WaitAsync(stop)))
                        Console.WriteLine(line);
                    await Task.Delay(Period, stop);
                }
            }
            await Terminal.Output.Live(Terminal.Table("GROUP")).StartAsync(async live =>
            {
                while (true)
                {
                    live.UpdateTarget(Shown(connection, await reader.ReadAsync(only).WaitAsync(stop)));
                    await Task.Delay(Period, stop);
                }
            });
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how one ends it.
        }
        return ExitCode.Done;
    }

    private static IEnumerable<string> Lines(Connection connection, List<Group> groups)
    {
        var now = DateTime.Now.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        return groups.SelectMany(group => group.Partitions.Select(one =>
            $"{now} {group.Name} [{connection.InShop(one.Partition.Topic)}] {one.Partition.Partition.Value} committed={Committed(one)} end={one.End} lag={one.Lag} member={one.Member ?? "-"}"));
    }

    private static Table Shown(Connection connection, List<Group> groups)
    {
        var table = Terminal.Table("GROUP", "STATE", "TOPIC", "PARTITION", "COMMITTED", "END", "LAG", "MEMBER");
        foreach (var group in groups)
        {
            if (group.Partitions.Count == 0)
                table.Row(group.Name, group.State, "-", "-", "-", "-", "-", "-");
            foreach (var one in group.Partitions)
                table.Row(group.Name, group.State, connection.InShop(one.Partition.Topic), $"{one.Partition.Partition.Value}", Committed(one), $"{one.End}", $"{one.Lag}", one.Member ?? "-");
        }
        return table;
    }

    private static string Committed(GroupPartition partition) => partition.Committed is { } offset ? $"{offset}" : "-";
}
