namespace Ticketing.Testing.Brokers;

/// <summary>The script that runs a real Kafka: <c>KAFKA_TOOL</c>, or <c>../shared/kafka/kafka</c> beside the repository.</summary>
internal static class KafkaTool
{
    /// <summary>The script; null if there is none.</summary>
    public static string? Path { get; } = Find();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("KAFKA_TOOL") is { Length: > 0 } named)
            return File.Exists(named) ? System.IO.Path.GetFullPath(named) : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(System.IO.Path.Combine(folder.FullName, "Directory.Packages.props")))
                continue;
            var script = System.IO.Path.GetFullPath("../shared/kafka/kafka", folder.FullName);
            return File.Exists(script) ? script : null;
        }
        return null;
    }
}
