using Ticketing.EndToEnd.Tests.Launching;
using Ticketing.Scenarios.Client;
using Ticketing.Testing.Brokers;

namespace Ticketing.Benchmarks.Shops;

/// <summary>A real Kafka and the five services as processes, started as a user starts them.</summary>
internal sealed class RunningShop(RealKafka kafka, LauncherProcess launcher, Shop shop) : IAsyncDisposable
{
    public Shop Shop => shop;

    public static async Task<RunningShop> StartAsync(params string[] options)
    {
        var kafka = await RealKafka.StartAsync();
        var launcher = LauncherProcess.Start(["--kafka", kafka.BootstrapServers, .. options]);
        return new RunningShop(kafka, launcher, new Shop(await launcher.ReadyAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        shop.Dispose();
        await launcher.DisposeAsync();
        await kafka.DisposeAsync();
    }
}
