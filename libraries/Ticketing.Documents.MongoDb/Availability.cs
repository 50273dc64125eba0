using MongoDB.Bson;
using MongoDB.Driver;

namespace Ticketing.Documents.MongoDb;

/// <summary>Tells a server that cannot be reached now from a document that it can never hold, and both from a bug.</summary>
internal static class Availability
{
    // The server's codes: BSONObjectTooLarge, KeyTooLong (before MongoDB 4.2), and what an update has made too large.
    private static readonly int[] Rejections = [10334, 17280, 17419, 17420];

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
        catch (Exception e) when (IsRejected(e))
        {
            throw new DocumentRejectedException($"MongoDB cannot hold the document: {e.Message}", e);
        }
    }

    private static bool IsRejected(Exception e) => e switch
    {
        MongoBulkWriteException bulk => bulk.WriteErrors.Any(error => Rejections.Contains(error.Code)),
        MongoCommandException command => Rejections.Contains(command.Code),
        // The driver finds out by itself what is too large (FormatException) or nested too deeply.
        FormatException or BsonSerializationException => true,
        _ => false,
    };

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
