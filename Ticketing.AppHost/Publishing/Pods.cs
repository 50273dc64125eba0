using System.Globalization;
using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace Ticketing.AppHost;

/// <summary>Changes to the pods that Aspire makes of the model.</summary>
internal static class Pods
{
    public static void Limit(this KubernetesResource pods, Limits limits)
    {
        var memory = $"{limits.MemoryMib}Mi";
        pods.Workload!.PodTemplate.Spec.Containers[0].Resources = new()
        {
            Limits = { ["cpu"] = limits.Cpus.ToString(CultureInfo.InvariantCulture), ["memory"] = memory },
            Requests = { ["cpu"] = "100m", ["memory"] = memory },
        };
    }

    /// <summary>The API server knows a probe's scheme in capital letters only; Aspire 13.5 writes small ones (microsoft/aspire issue 18271).</summary>
    public static void SpellProbes(this KubernetesResource pods)
    {
        var container = pods.Workload!.PodTemplate.Spec.Containers[0];
        foreach (var probe in (ProbeV1?[])[container.LivenessProbe, container.ReadinessProbe])
            probe!.HttpGet!.Scheme = "HTTP";
    }

    /// <summary>
    /// Data belongs to the user of Kafka's image (MongoDB's sees to its own), and lies in a folder: a volume's root may hold other things.
    /// </summary>
    public static void KeepData(this KubernetesResource pods)
    {
        var pod = pods.Workload!.PodTemplate.Spec;
        pod.SecurityContext = new() { FsGroup = 1000, FsGroupChangePolicy = "OnRootMismatch" };
        pod.Containers[0].VolumeMounts.ForEach(mount => mount.SubPath = "data");
    }

    /// <summary>One claim for all services, made with the service that writes it. Its storage class must offer ReadWriteMany.</summary>
    public static void MountKeyRing(this KubernetesResource pods, bool makesKeys)
    {
        var pod = pods.Workload!.PodTemplate.Spec;
        bool? readOnly = makesKeys ? null : true;
        pod.SecurityContext = new()
        {
            RunAsNonRoot = true,
            RunAsUser = KeyRing.User,
            FsGroup = KeyRing.User,
            FsGroupChangePolicy = "OnRootMismatch",
        };
        pod.Volumes.Add(new() { Name = KeyRing.Volume, PersistentVolumeClaim = new() { ClaimName = KeyRing.Volume, ReadOnly = readOnly } });
        pod.Containers[0].VolumeMounts.Add(new() { Name = KeyRing.Volume, MountPath = KeyRing.MountPath, ReadOnly = readOnly });
        if (makesKeys)
            pods.AdditionalResources.Add(new PersistentVolumeClaim
            {
                Metadata = { Name = KeyRing.Volume },
                Spec = { AccessModes = { "ReadWriteMany" }, Resources = { Requests = { ["storage"] = "16Mi" } } },
            });
    }
}
