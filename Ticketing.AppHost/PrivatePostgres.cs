using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Tools;

namespace Ticketing.AppHost;

/// <summary>The installed PostgreSQL as a server of this run, with its data in the run directory.</summary>
internal sealed class PrivatePostgres(string command, string connectionString) : ExecutableResource("postgres", command, "/"), IResourceWithConnectionString
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{connectionString}");

    /// <returns>The database of each service: the same, where each has a schema.</returns>
    public static Func<string, IResourceBuilder<IResourceWithConnectionString>> Add(IDistributedApplicationBuilder builder, string runDirectory)
    {
        if (!PostgresCluster.IsInstalled)
            throw new LaunchException(PostgresCluster.Missing);
        var cluster = new PostgresCluster(Path.Combine(runDirectory, "postgres"));
        cluster.Prepare();
        var port = FreePort();
        var command = cluster.Command(port);
        builder.Services.AddHealthChecks().AddAsyncCheck("private-postgres", async cancellation =>
        {
            // The wait is within one check, because Aspire asks again only after a second.
            for (var tries = 0; !cluster.IsReady; tries++)
            {
                if (tries == 250)
                    return HealthCheckResult.Unhealthy("It does not accept connections yet.");
                await Task.Delay(Pause, cancellation);
            }
            return HealthCheckResult.Healthy();
        });
        var server = builder.AddResource(new PrivatePostgres(command[0], cluster.ConnectionString(port)))
            .WithArgs([.. command.Skip(1)])
            .WithHealthCheck("private-postgres")
            .ExcludeFromManifest();
        return _ => server;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
