using System.Net;
using System.Net.Sockets;

namespace Ticketing.AppHost;

/// <summary>Finds a port that is taken before anything is started. Aspire would show the resource as running, with a link to the stranger.</summary>
internal static class Ports
{
    /// <exception cref="LaunchException">One is in use. The message names it and the resource.</exception>
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
            throw new LaunchException($"Port {port}, for {use}, {why}. Choose other ports with --port-base.", inner: refused);
        }
    }
}
