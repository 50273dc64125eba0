using System.Net;
using System.Net.Sockets;

namespace Ticketing.EndToEnd.Tests.Launching;

/// <summary>Ports for one launcher.</summary>
internal static class PortRange
{
    public const int Size = 10;

    private static readonly Lock Lock = new();
    // Below the range that the system gives to clients. Another run of these tests begins elsewhere.
    private static int _next = Random.Shared.Next(20_000, 30_000);

    /// <summary>A base so that it and the ports after it are free now, and not given to another test.</summary>
    public static int Base()
    {
        lock (Lock)
        {
            do
                _next += Size + 1;
            while (!Enumerable.Range(_next, Size + 1).All(IsFree));
            return _next;
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
