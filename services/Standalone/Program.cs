using Ticketing.Standalone;
using Ticketing.Standalone.Kafka;
using Ticketing.Standalone.Stores;

// The broker and the guard of the store are this same program, started again: hidden, because nobody needs to type it.
return args switch
{
    [BrokerProgram.Command] => BrokerProgram.Run(),
    [PostgresProgram.Command, var directory, .. var settings] => PostgresProgram.Run(directory, settings),
    _ => await LauncherCommand.InvokeAsync(args),
};
