using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Ticketing.UnitTests.Notifications;

/// <summary>A mail server that a test decides for: what it answers for a recipient, and when.</summary>
internal sealed class SmtpServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();

    public SmtpServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The answer for a recipient. By default each is welcome.</summary>
    public Func<string, Task<string>> Answer { get; set; } = _ => Task.FromResult("250 welcome");

    /// <summary>Whom somebody wanted to send a mail to, each time.</summary>
    public ConcurrentQueue<string> Tried { get; } = [];

    /// <summary>The mails that were taken.</summary>
    public ConcurrentQueue<(string To, string Mail)> Taken { get; } = [];

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
            _ = TalkAsync(await _listener.AcceptTcpClientAsync(_end.Token));
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var _ = client;
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        var to = "";
        await writer.WriteLineAsync("220 test");
        while (await reader.ReadLineAsync(_end.Token) is { } line)
        {
            if (line.StartsWith("RCPT TO:<", StringComparison.OrdinalIgnoreCase))
            {
                to = line["RCPT TO:<".Length..].Split('>')[0];
                Tried.Enqueue(to);
                await writer.WriteLineAsync(await Answer(to));
            }
            else if (line == "DATA")
            {
                await writer.WriteLineAsync("354 go on");
                var mail = "";
                while (await reader.ReadLineAsync(_end.Token) is { } part and not ".")
                    mail += $"{part}\n";
                Taken.Enqueue((to, mail));
                await writer.WriteLineAsync("250 taken");
            }
            else
            {
                await writer.WriteLineAsync(line == "QUIT" ? "221 bye" : "250 test");
            }
        }
    }
}
