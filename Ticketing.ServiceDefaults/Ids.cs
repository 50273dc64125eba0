using System.Buffers.Binary;

namespace Ticketing.ServiceDefaults;

/// <summary>Ids of documents: UUIDs of version 7 (RFC 9562), which hold the time at which they were made. One that follows from an idempotency key holds none.</summary>
public static class Ids
{
    // News of a document that was made longer ago has arrived, unless /health says that something is wrong.
    private static readonly TimeSpan News = TimeSpan.FromMinutes(1);

    /// <summary>Whether an id was made so shortly ago that news of its document may still be on its way. Clocks may differ as much.</summary>
    public static bool IsNew(string id, DateTimeOffset now) =>
        Guid.TryParseExact(id, "D", out var guid) && guid.Version == 7 && (now.ToUnixTimeMilliseconds() - MadeAt(guid)) is var age
        && Math.Abs(age) < News.TotalMilliseconds;

    private static long MadeAt(Guid guid)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        return (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
    }
}
