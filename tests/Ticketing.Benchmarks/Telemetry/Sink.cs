using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ticketing.Benchmarks.Telemetry;

/// <summary>A collector that takes everything and keeps nothing, as a process of its own: what it costs is no part of the measured process.</summary>
internal sealed class Sink : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private Sink(ChildProcess process, Uri endpoint) => (_process, Endpoint) = (process, endpoint);

    public Uri Endpoint { get; }

    /// <summary>The program of the sink.</summary>
    public static Command Command()
    {
        var command = new Command("sink") { Hidden = true };
        command.SetAction(async (_, cancellation) =>
        {
            var builder = WebApplication.CreateEmptyBuilder(new());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            {
                kestrel.Limits.MaxRequestBodySize = null;
                kestrel.Listen(IPAddress.Loopback, 0);
            });
            await using var app = builder.Build();
            app.Run(async http =>
            {
                await http.Request.Body.CopyToAsync(Stream.Null);
                http.Response.ContentType = "application/x-protobuf";
            });
            await app.StartAsync(cancellation);
            Console.WriteLine("ready " + app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            await app.WaitForShutdownAsync(cancellation);
        });
        return command;
    }

    public static async Task<Sink> StartAsync()
    {
        var process = ChildProcess.Start(new(Environment.ProcessPath!, typeof(Sink).Assembly.Location, "sink"));
        return new(process, new(await process.ReadyAsync()));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
