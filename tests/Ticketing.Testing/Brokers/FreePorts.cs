using System.Net;
using System.Net.Sockets;

namespace Ticketing.Testing.Brokers;

/// <summary>Ports for brokers that need several in a fixed pattern.</summary>
internal static class FreePorts
{
    private const int ControllerOffset = 100;

    /// <summary>A port P so that P, P+1, … and the controllers' P+100, P+101, … are free now.</summary>
    public static int Find(int count)
    {
        while (true)
        {
            // Below the range that the system gives to clients, so that none of them takes it meanwhile.
            var port = Random.Shared.Next(15_000, 32_000);
            if (Enumerable.Range(port, count).Concat(Enumerable.Range(port + ControllerOffset, count)).All(IsFree))
                return port;
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
