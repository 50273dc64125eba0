using System.Net;
using System.Net.Sockets;

namespace Ticketing.Standalone;

/// <summary>Finds a port that is taken before anything is started, rather than in the log of a service that died of it.</summary>
internal static class Ports
{
    public static void RequireFree(IEnumerable<(int Port, string Use)> ports)
    {
        foreach (var (port, use) in ports)
            RequireFree(port, use);
    }

    private static void RequireFree(int port, string use)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
        }
        catch (SocketException refused)
        {
            var why = refused.SocketErrorCode == SocketError.AddressAlreadyInUse ? "is in use" : $"cannot be used ({refused.Message})";
            throw new LaunchException($"port {port}, for {use}, {why}; choose other ports with --port-base", refused);
        }
    }
}
