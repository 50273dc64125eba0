namespace Ticketing.AppHost;

/// <summary>Kubernetes, and what Aspire's model does not say for it: limits, the key ring, storage. Instances and probes it does say.</summary>
internal static class Kubernetes
{
    private static readonly (string Service, string Path)[] Paths =
        [("accounts", "/api/users"), ("tickets", "/api/tickets"), ("orders", "/api/orders"), ("payments", "/api/payments"), ("notifications", "/api/notifications"),
            ("activity", "/api/activity"), ("insights", "/api/insights")];

    /// <summary>Publishes what was added so far.</summary>
    public static void PublishToKubernetes(this IDistributedApplicationBuilder builder, string keyMaker)
    {
        foreach (var service in builder.Resources.OfType<ProjectResource>().ToArray())
            builder.CreateResourceBuilder(service).PublishAsKubernetesService(pods =>
            {
                pods.Limit(Limits.Service);
                pods.SpellProbes();
                pods.MountKeyRing(service.Name == keyMaker);
            });
        foreach (var server in builder.Resources.OfType<ContainerResource>().ToArray())
            builder.CreateResourceBuilder(server).PublishAsKubernetesService(pods =>
            {
                pods.Limit(Limits.Server);
                pods.KeepData();
            });
        // A claim for each data volume: Aspire's default ends with its pod.
        var environment = builder.AddKubernetesEnvironment("ticketing")
            .WithProperties(kubernetes => kubernetes.DefaultStorageType = "pvc");

        // One address for the API.
        var ingress = environment.AddIngress("shop");
        foreach (var (name, path) in Paths)
        {
            var service = builder.Resources.OfType<ProjectResource>().Single(resource => resource.Name == name);
            ingress.WithPath(path, new EndpointReference(service, "http"));
        }
    }
}
