using MongoDB.Driver;

namespace Ticketing.Documents.MongoDb;

/// <summary>Tells a server that cannot be reached now from a bug.</summary>
internal static class Availability
{
    public static async ValueTask<TResult> CallAsync<TResult>(Func<Task<TResult>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (IsUnavailable(e))
        {
            throw new StoreUnavailableException("MongoDB is unavailable.", e);
        }
    }

    private static bool IsUnavailable(Exception e) => e switch
    {
        // No server was found, or a connection of the pool came free, in time.
        TimeoutException or MongoConnectionPoolPausedException or MongoWaitQueueFullException => true,
        MongoConnectionException => true,
        // A failover, or a server that starts or stops.
        MongoNotPrimaryException or MongoNodeIsRecoveringException or MongoExecutionTimeoutException => true,
        // Written, but not known to outlive a failover.
        MongoWriteConcernException or MongoBulkWriteException { WriteConcernError: not null } => true,
        MongoException failed => failed.HasErrorLabel("RetryableWriteError") || failed.HasErrorLabel("RetryableError"),
        _ => false,
    };
}
