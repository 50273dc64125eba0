using System.CommandLine;
using Confluent.Kafka;

namespace Ticketing.Cli;

/// <summary><c>ticketing consume</c>: prints the records of topics, as a member of a group or as none.</summary>
internal static class ConsumeCommand
{
    private static readonly Argument<string[]> TopicsArgument = new("TOPIC") { Description = "The topics.", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<string?> GroupOption = new("--group", "-g")
    {
        Description = "Reads as a member of this group, from where it has committed, and commits what is printed. Without it: no member, and nothing is committed.",
        HelpName = "NAME",
    };

    private static readonly Option<bool> FromBeginningOption = new("--from-beginning", "-b")
    {
        Description = "Starts at the first record instead of after the last one. With a group: only where it has committed nothing.",
    };

    private static readonly Option<string[]> WhereOption = new("--where", "-w")
    {
        Description = "Only records whose JSON has this field, such as type=order.created. Several must all hold; a field within another has a dot.",
        HelpName = "FIELD=VALUE",
    };

    private static readonly Option<string?> KeyOption = new("--key", "-k") { Description = "Only records with this key.", HelpName = "KEY" };

    private static readonly Option<bool> FollowOption = new("--follow", "-f") { Description = "Waits for more records until Ctrl-C. This is the default." };

    private static readonly Option<bool> UntilEndOption = new("--until-end", "-e")
    {
        Description = "Ends with the last record that is there now. It starts at the first one, or where the group has committed.",
    };

    private static readonly Option<RecordFormat> OutputOption =
        RecordFormats.Option("text: 'group: [topic] PARTITION:OFFSET key value'; jsonl: a JSON object on each line.");

    private static readonly Option<bool> IndentOption = new("--indent", "-i") { Description = "Shows JSON on several lines." };

    public static Command Create()
    {
        CliCommand.RefusesOptions(TopicsArgument);
        var command = new CliCommand(
            "consume", "Prints the records of topics, with a colour for each partition.",
            "ticketing consume orders --until-end",
            "ticketing consume orders tickets --group billing --from-beginning",
            "ticketing consume orders --where type=order.created --where currency=USD --indent",
            "ticketing consume orders --until-end --output jsonl | jq .value.status")
        {
            TopicsArgument, GroupOption, FromBeginningOption, WhereOption, KeyOption, FollowOption, UntilEndOption, OutputOption, IndentOption,
        };
        GroupOption.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
                result.AddError("--group must name a group.");
        });
        WhereOption.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (token.Value.IndexOf('=', StringComparison.Ordinal) < 1)
                    result.AddError($"--where must be FIELD=VALUE, not '{token.Value}'.");
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(FollowOption) && result.GetValue(UntilEndOption))
                result.AddError("--follow and --until-end exclude each other.");
            if (result.GetValue(IndentOption) && result.GetValue(OutputOption) == RecordFormat.Jsonl)
                result.AddError("--indent and --output jsonl exclude each other.");
        });
        command.Runs((arguments, stop) => Task.FromResult(Run(arguments, stop)));
        return command;
    }

    private static int Run(ParseResult arguments, CancellationToken stop)
    {
        var connection = Connection.From(arguments);
        var group = arguments.GetValue(GroupOption);
        var partitions = connection.Partitions(arguments.GetRequiredValue(TopicsArgument), stop);
        using var output = Terminal.OpenOutput();
        var writer = new RecordWriter(
            output, group, connection.InShop, arguments.GetValue(OutputOption), arguments.GetValue(IndentOption), Terminal.HasColors);
        var filter = new RecordFilter(arguments.GetValue(KeyOption), arguments.GetValue(WhereOption) ?? []);
        var untilEnd = arguments.GetValue(UntilEndOption);
        var start = untilEnd || arguments.GetValue(FromBeginningOption) ? Offset.Beginning : Offset.End;
        using var consumption = new Consumption(connection, group, partitions, start, untilEnd, filter, writer);
        return consumption.Run(stop);
    }
}
