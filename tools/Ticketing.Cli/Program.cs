using System.CommandLine;
using Ticketing.Cli;

var root = new RootCommand("Kafka and the shop's events in a terminal.")
{
    Connection.BootstrapServerOption,
    ConsumeCommand.Create(),
    ProduceCommand.Create(),
    TopicsCommand.Create(),
    GroupsCommand.Create(),
    OffsetsCommand.Create(),
    TraceCommand.Create(),
    DeadLettersCommand.Create(),
    RepublishCommand.Create(),
    LogsCommand.Create(),
    ShopCommand.Create(),
    DemoCommand.Create(),
    CompletionCommand.Create(),
};
return await CommandLine.RunAsync(root, args);
