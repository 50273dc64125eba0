using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Ticketing.Documents.MongoDb.Tests;

/// <summary>A line to a server that can be cut and mended.</summary>
internal sealed class Line : IDisposable
{
    private readonly ConcurrentBag<TcpClient> _ends = [];
    private readonly string _host;
    private readonly int _port;
    private TcpListener _listener;

    public Line(string host, int port)
    {
        (_host, _port, _listener) = (host, port, Listen(new(IPAddress.Loopback, 0)));
        Here = (IPEndPoint)_listener.LocalEndpoint;
    }

    public IPEndPoint Here { get; }

    public void Cut()
    {
        _listener.Stop();
        while (_ends.TryTake(out var end))
            end.Dispose();
    }

    public void Mend() => _listener = Listen(Here);

    public void Dispose() => Cut();

    private TcpListener Listen(IPEndPoint here)
    {
        var listener = new TcpListener(here);
        listener.Start();
        _ = AcceptAsync(listener);
        return listener;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var (client, server) = (await listener.AcceptTcpClientAsync(), new TcpClient());
                _ends.Add(client);
                _ends.Add(server);
                await server.ConnectAsync(_host, _port);
                _ = Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
    }
}
