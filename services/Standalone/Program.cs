using Ticketing.Standalone;
using Ticketing.Standalone.Dashboards;
using Ticketing.Standalone.Kafka;
using Ticketing.Standalone.Stores;

// The broker and the guards of the store and the dashboard are this same program, started again: hidden, because nobody needs to type it.
return args switch
{
    [BrokerProgram.Command] => BrokerProgram.Run(),
    [PostgresProgram.Command, var directory, .. var settings] => PostgresProgram.Run(directory, settings),
    [DashboardProgram.Command, var program, var frontend, var grpc, var http] => DashboardProgram.Run(program, frontend, grpc, http),
    _ => await LauncherCommand.InvokeAsync(args),
};
