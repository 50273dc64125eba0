using System.Net;
using System.Net.Sockets;

namespace Ticketing.Testing.Processes;

/// <summary>Ports for servers that must be told theirs.</summary>
public static class FreePorts
{
    // Below the range that the system gives to clients, so that none of them takes a port while its server is down.
    private const int First = 15_000;
    private const int End = 32_000;

    private static readonly Lock Lock = new();
    private static readonly HashSet<int> Taken = [];

    // Other test processes on this machine lock what they took here; the system forgets the locks of a process that has ended.
    private static readonly FileStream Locks = new(
        Path.Combine(Path.GetTempPath(), $"ticketing-test-ports-{Environment.UserName}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);

    /// <summary>A port that is free now, and that no other test gets.</summary>
    public static int Take() => Take([0]);

    /// <summary>A port P so that P and the ports after it are free now, and no other test gets them.</summary>
    /// <param name="count">How many, with P.</param>
    public static int Take(int count) => Take([.. Enumerable.Range(0, count)]);

    /// <summary>A port P so that P + each offset is free now, and no other test gets them.</summary>
    public static int Take(IReadOnlyCollection<int> offsets)
    {
        lock (Lock)
        {
            while (true)
            {
                var port = Random.Shared.Next(First, End - offsets.Max());
                if (offsets.All(offset => TryTake(port + offset)))
                    return port;
            }
        }
    }

    // One that was taken for nothing stays taken: there are plenty.
    private static bool TryTake(int port) => IsFree(port) && Taken.Add(port) && IsNobodyElses(port);

    private static bool IsNobodyElses(int port)
    {
        if (OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD())
            return true;
        try
        {
            Locks.Lock(port, 1);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
