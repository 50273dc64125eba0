using System.Net.Sockets;
using Npgsql;

namespace Ticketing.Documents.PostgreSql;

/// <summary>What the driver's exceptions mean for us.</summary>
internal static class Failures
{
    /// <summary>The statement met another one; neither is wrong.</summary>
    public static bool IsUndone(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    /// <summary>The connection broke, as opposed to a server that is slow or refuses.</summary>
    public static bool IsBroken(NpgsqlException e) => e is PostgresException p
        ? p.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
        : e.InnerException is IOException;

    /// <summary>The server can never do it: it cannot hold a value (SQLSTATE class 22), or a limit is exceeded (class 54).</summary>
    public static bool IsRejected(PostgresException e) =>
        e.SqlState.StartsWith("22", StringComparison.Ordinal) || e.SqlState.StartsWith("54", StringComparison.Ordinal);

    /// <summary>The server cannot do it now; later it can.</summary>
    public static bool IsUnavailable(Exception e) => e switch
    {
        PostgresException p => p.IsTransient || p.SqlState
            is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            // A statement that took longer than the server allows.
            or PostgresErrorCodes.QueryCanceled
            // A replica that has not taken over yet.
            or PostgresErrorCodes.ReadOnlySqlTransaction,
        // Of the driver's own, those that are not about the connection are ArgumentException and the like.
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };
}
