using System.CommandLine;

namespace Ticketing.Cli;

/// <summary><c>ticketing republish</c>: lets services tell the state of their documents again.</summary>
internal static class RepublishCommand
{
    private static readonly Argument<string[]> ServicesArgument = new("SERVICE") { Description = "Which services.", Arity = ArgumentArity.OneOrMore };

    public static Command Create()
    {
        CliCommand.RefusesOptions(ServicesArgument);
        var command = new CliCommand(
            "republish", "Lets services publish the state of all their documents again, for consumers that have missed events. It asks before. For operators.",
            "ticketing republish tickets --email op@example.com", "ticketing republish tickets orders --yes")
        {
            ServicesArgument, Question.YesOption, ShopClient.EmailOption, ShopEndpoints.FileOption,
        };
        command.Runs(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        Question.Check(arguments);
        var services = arguments.GetRequiredValue(ServicesArgument).Distinct().ToList();
        var endpoints = ShopEndpoints.From(arguments);
        // A wrong name is told before anything is done.
        services.ForEach(service => endpoints.UrlOf(service));
        await using var shop = await ShopClient.SignInAsync(arguments, stop);
        if (!await Question.IsAgreedAsync(arguments, $"Publish the state of every document of {string.Join(", ", services)} again?", stop))
            return ExitCode.Failed;
        foreach (var service in services)
        {
            var topics = (await shop.PostAsync(service, "/retell", null, stop)).Body.EnumerateArray().Select(topic => topic.GetString()).ToList();
            Console.WriteLine(topics.Count == 0 ? $"{service} publishes nothing" : $"{service} soon publishes to {string.Join(", ", topics)} again");
        }
        return ExitCode.Done;
    }
}
