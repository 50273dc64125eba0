using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing.Brokers;

namespace Ticketing.Benchmarks.Shops;

/// <summary>A real Kafka and the five services as processes, started as a user starts them.</summary>
internal sealed class RunningShop(RealKafka kafka, AppHostProcess apphost, Shop shop) : IAsyncDisposable
{
    public Shop Shop => shop;

    public static async Task<RunningShop> StartAsync(params string[] options)
    {
        var kafka = await RealKafka.StartAsync();
        var apphost = AppHostProcess.Start(["--kafka", kafka.BootstrapServers, .. options]);
        return new RunningShop(kafka, apphost, new Shop(await apphost.ReadyAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        shop.Dispose();
        await apphost.DisposeAsync();
        await kafka.DisposeAsync();
    }
}
