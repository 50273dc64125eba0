using MongoDB.Driver;

namespace Ticketing.Documents.MongoDb;

/// <summary>
/// How long a call waits for a server that is gone or stuck. The driver's defaults (half a minute to find a server, for ever for its
/// answer) would hold up requests and consumers that had better fail and try again.
/// </summary>
public static class Timeouts
{
    private static readonly TimeSpan Reach = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(15);

    /// <summary>How long a write waits for the majority; shorter than an answer may take, so that it can still say so.</summary>
    internal static TimeSpan Replication { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Sets the timeouts that are at the driver's defaults.</summary>
    public static void Apply(MongoClientSettings settings)
    {
        if (settings.ServerSelectionTimeout == MongoDefaults.ServerSelectionTimeout)
            settings.ServerSelectionTimeout = Reach;
        if (settings.ConnectTimeout == MongoDefaults.ConnectTimeout)
            settings.ConnectTimeout = Reach;
        if (settings.WaitQueueTimeout == MongoDefaults.WaitQueueTimeout)
            settings.WaitQueueTimeout = Answer;
        if (settings.SocketTimeout == MongoDefaults.SocketTimeout)
            settings.SocketTimeout = Answer;
    }

    internal static MongoClientSettings Of(string connectionString)
    {
        var settings = MongoClientSettings.FromConnectionString(connectionString);
        Apply(settings);
        return settings;
    }
}
