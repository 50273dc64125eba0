namespace Ticketing.AppHost;

/// <summary>What a deployment is made of.</summary>
internal static class Publishing
{
    /// <summary>Publishes what was added so far.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="target"><c>compose</c> or <c>kubernetes</c>.</param>
    /// <param name="keyMaker">The service that writes the key ring.</param>
    public static void PublishTo(this IDistributedApplicationBuilder builder, string target, string keyMaker)
    {
        if (target == "kubernetes")
            builder.PublishToKubernetes(keyMaker);
        else
            builder.PublishToCompose(keyMaker);
    }
}
