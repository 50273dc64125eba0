using System.Net;
using System.Net.Sockets;

namespace Ticketing.Standalone;

/// <summary>Finds a port that is taken before anything is started, rather than in the log of a service that died of it.</summary>
internal static class Ports
{
    public static void RequireFree(IEnumerable<ServiceInstance> services)
    {
        foreach (var service in services)
            RequireFree(service);
    }

    private static void RequireFree(ServiceInstance service)
    {
        using var listener = new TcpListener(IPAddress.Loopback, service.Port);
        try
        {
            listener.Start();
        }
        catch (SocketException refused)
        {
            var why = refused.SocketErrorCode == SocketError.AddressAlreadyInUse ? "is in use" : $"cannot be used ({refused.Message})";
            throw new LaunchException($"port {service.Port}, for {service.Name}, {why}; choose other ports with --port-base", refused);
        }
    }
}
