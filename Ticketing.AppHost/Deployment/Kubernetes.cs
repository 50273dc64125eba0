using System.Globalization;
using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace Ticketing.AppHost.Deployment;

/// <summary>Kubernetes, and what Aspire's model does not say for it: limits, the key ring, storage. Instances and probes it does say.</summary>
internal static class Kubernetes
{
    /// <summary>Publishes what was added so far.</summary>
    public static void PublishToKubernetes(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> makesKeys)
    {
        foreach (var service in builder.Resources.OfType<ProjectResource>().ToArray())
            builder.CreateResourceBuilder(service).PublishAsKubernetesService(kubernetes =>
            {
                kubernetes.Limit(Limits.Service);
                kubernetes.SpellProbes();
                kubernetes.MountKeyRing(service == makesKeys.Resource);
            });
        foreach (var server in builder.Resources.OfType<ContainerResource>().ToArray())
            builder.CreateResourceBuilder(server).PublishAsKubernetesService(kubernetes =>
            {
                kubernetes.Limit(Limits.Server);
                kubernetes.KeepData();
            });
        // A claim for each data volume: Aspire's default ends with its pod.
        var environment = builder.AddKubernetesEnvironment("ticketing").WithProperties(kubernetes => kubernetes.DefaultStorageType = "pvc");

        // One address for the API.
        var ingress = environment.AddIngress("shop");
        foreach (var (service, path) in Paths)
            ingress.WithPath(path, new EndpointReference((IResourceWithEndpoints)builder.Resources.Single(resource => resource.Name == service), "http"));
    }

    private static readonly (string Service, string Path)[] Paths =
        [("accounts", "/api/users"), ("tickets", "/api/tickets"), ("orders", "/api/orders"), ("payments", "/api/payments")];

    private static void Limit(this KubernetesResource resource, Limits limits)
    {
        var memory = $"{limits.MemoryMib}Mi";
        resource.Workload!.PodTemplate.Spec.Containers[0].Resources = new()
        {
            Limits = { ["cpu"] = limits.Cpus.ToString(CultureInfo.InvariantCulture), ["memory"] = memory },
            Requests = { ["cpu"] = "100m", ["memory"] = memory },
        };
    }

    /// <summary>Kubernetes knows the scheme of a probe in capital letters only (API reference, <c>HTTPGetAction</c>); Aspire 13.5 writes small ones.</summary>
    private static void SpellProbes(this KubernetesResource resource)
    {
        var container = resource.Workload!.PodTemplate.Spec.Containers[0];
        foreach (var probe in (ProbeV1?[])[container.LivenessProbe, container.ReadinessProbe])
            probe!.HttpGet!.Scheme = "HTTP";
    }

    /// <summary>Data belongs to the user of Kafka's image (MongoDB's image sees to its own), in a folder: a volume's root may hold more than data.</summary>
    private static void KeepData(this KubernetesResource resource)
    {
        var pod = resource.Workload!.PodTemplate.Spec;
        pod.SecurityContext = new() { FsGroup = 1000, FsGroupChangePolicy = "OnRootMismatch" };
        pod.Containers[0].VolumeMounts.ForEach(mount => mount.SubPath = "data");
    }

    /// <summary>One claim for all services, made with the service that writes it. Its storage class must offer ReadWriteMany.</summary>
    private static void MountKeyRing(this KubernetesResource resource, bool makesKeys)
    {
        var pod = resource.Workload!.PodTemplate.Spec;
        bool? readOnly = makesKeys ? null : true;
        pod.SecurityContext = new() { RunAsNonRoot = true, RunAsUser = KeyRing.User, FsGroup = KeyRing.User, FsGroupChangePolicy = "OnRootMismatch" };
        pod.Volumes.Add(new() { Name = KeyRing.Volume, PersistentVolumeClaim = new() { ClaimName = KeyRing.Volume, ReadOnly = readOnly } });
        pod.Containers[0].VolumeMounts.Add(new() { Name = KeyRing.Volume, MountPath = KeyRing.MountPath, ReadOnly = readOnly });
        if (makesKeys)
            resource.AdditionalResources.Add(new PersistentVolumeClaim
            {
                Metadata = { Name = KeyRing.Volume },
                Spec = { AccessModes = { "ReadWriteMany" }, Resources = { Requests = { ["storage"] = "16Mi" } } },
            });
    }
}
