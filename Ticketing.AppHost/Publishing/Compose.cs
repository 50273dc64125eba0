using System.Globalization;
using Aspire.Hosting.Docker.Resources.ComposeNodes;

namespace Ticketing.AppHost;

/// <summary>Docker Compose, and what Aspire's model does not say for it: restarts, limits, instances, health, the key ring.</summary>
internal static class Compose
{
    // The .NET images have neither curl nor wget, but bash. A dollar sign that Compose is not to read is doubled.
    private const string Probe =
        "exec 3<>/dev/tcp/127.0.0.1/$$HTTP_PORTS && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '";

    /// <summary>Publishes what was added so far.</summary>
    public static void PublishToCompose(this IDistributedApplicationBuilder builder, string keyMaker)
    {
        foreach (var service in builder.Resources.OfType<ProjectResource>().ToArray())
            builder.CreateResourceBuilder(service)
                .PublishAsDockerComposeService((_, compose) => compose.Configure(service, service.Name == keyMaker));
        foreach (var server in builder.Resources.OfType<ContainerResource>().ToArray())
            builder.CreateResourceBuilder(server).PublishAsDockerComposeService((_, compose) => compose.Limit(Limits.Server));
        builder.AddDockerComposeEnvironment("compose")
            .ConfigureComposeFile(file => file.AddVolume(new() { Name = KeyRing.Volume, Driver = "local" }));
    }

    private static void Configure(this Service compose, ProjectResource service, bool makesKeys)
    {
        compose.Limit(Limits.Service);
        var instances = service.GetReplicaCount();
        compose.Deploy!.Replicas = instances;
        compose.Ports = compose.Ports.ConvertAll(port => HostPorts(port.Split(':', 2), instances));
        compose.Healthcheck = new() { Test = ["CMD", "bash", "-c", Probe], Interval = "10s", Timeout = "3s", Retries = 3, StartPeriod = "30s" };
        // Longer than a service takes at most to drain.
        compose.StopGracePeriod = "15s";
        compose.AddVolume(new()
        {
            Name = KeyRing.Volume,
            Type = "volume",
            Source = KeyRing.Volume,
            Target = KeyRing.MountPath,
            ReadOnly = !makesKeys,
        });
    }

    // Each instance takes a port of the host, so each service has ten of them: Tickets, 5102 in the model, listens on 5120 and 5121.
    private static string HostPorts(string[] port, int instances)
    {
        var first = 5100 + 10 * (int.Parse(port[0], CultureInfo.InvariantCulture) - 5100);
        return $"{(instances == 1 ? $"{first}" : $"{first}-{first + instances - 1}")}:{port[1]}";
    }

    private static void Limit(this Service compose, Limits limits)
    {
        compose.Restart = "unless-stopped";
        compose.Deploy = new()
        {
            Resources = new() { Limits = new() { Cpus = limits.Cpus.ToString(CultureInfo.InvariantCulture), Memory = $"{limits.MemoryMib}M" } },
        };
    }
}
