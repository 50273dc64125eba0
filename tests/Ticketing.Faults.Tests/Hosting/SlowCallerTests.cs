using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ticketing.ServiceDefaults;

namespace Ticketing.Faults.Tests.Hosting;

/// <summary>A connection that is busy for ever.</summary>
public sealed class SlowCallerTests
{
    [Fact]
    public async Task A_caller_that_never_finishes_its_call_does_not_take_the_time_of_those_that_stop_later()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults("stopped");
        var later = new StopsLater();
        builder.Services.AddSingleton<IHostedService>(later);
        await using var service = builder.Build();
        service.UseServiceDefaults();
        await service.StartAsync(cancellation);
        var address = new Uri(service.Urls.First());
        using var caller = new TcpClient();
        await caller.ConnectAsync(address.Host, address.Port, cancellation);
        var stream = caller.GetStream();
        // It is answered, so the connection is known; and begins the next call.
        await stream.WriteAsync("GET /alive HTTP/1.1\r\nHost: here\r\n\r\nGET /alive HTTP/1.1\r\n"u8.ToArray(), cancellation);
        Assert.NotEqual(0, await stream.ReadAsync(new byte[1000], cancellation));

        await service.StopAsync(cancellation);

        Assert.False(await later.HadNoTime.Task);
    }

    private sealed class StopsLater : IHostedService
    {
        public TaskCompletionSource<bool> HadNoTime { get; } = new();

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            HadNoTime.SetResult(cancellationToken.IsCancellationRequested);
            return Task.CompletedTask;
        }
    }
}
