using System.Diagnostics;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.Benchmarks.Shops;

/// <summary>A real Kafka and the services as processes, started as a user starts them.</summary>
internal sealed class RunningShop(RealKafka kafka, AppHostProcess apphost, Shop shop, TimeSpan start) : IAsyncDisposable
{
    public Shop Shop => shop;

    /// <summary>How long it took from the AppHost's start until everything was healthy.</summary>
    public TimeSpan Start => start;

    public ProcessorTimes ProcessorTimes { get; } = new(apphost, kafka);

    public static async Task<RunningShop> StartAsync(params string[] options)
    {
        var kafka = await RealKafka.StartAsync();
        var started = Stopwatch.GetTimestamp();
        // With the gateway in Payments' own process, numbers compare with those of before there was a Stripe simulator.
        var apphost = AppHostProcess.Start(["--kafka", kafka.BootstrapServers, "--stripe", "false", .. ShopSettings.HighLimits.AsOptions(), .. options]);
        var shop = new Shop(await apphost.ReadyAsync());
        return new RunningShop(kafka, apphost, shop, Stopwatch.GetElapsedTime(started));
    }

    public async ValueTask DisposeAsync()
    {
        shop.Dispose();
        await apphost.DisposeAsync();
        await kafka.DisposeAsync();
    }
}
