using Ticketing.Standalone;
using Ticketing.Standalone.Kafka;

// The broker is this same program, started again: hidden, because nobody needs to type it.
return args is [BrokerProgram.Command] ? BrokerProgram.Run() : await LauncherCommand.InvokeAsync(args);
