using Ticketing.Scenarios.Client;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Stores;

namespace Ticketing.EndToEnd.Tests.Launching;

/// <summary>A shop that the launcher started, for the tests of a class.</summary>
public abstract class LaunchedShop : IAsyncLifetime
{
    // Long enough for a busy machine to pay in time, short enough to wait for.
    private const string Hold = "00:00:05";

    private LauncherProcess? _launcher;
    private Shop? _shop;

    public Shop Shop => _shop ?? throw new InvalidOperationException("The shop was not started.");

    public abstract ValueTask InitializeAsync();

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _shop?.Dispose();
        if (_launcher is not null)
            await _launcher.DisposeAsync();
    }

    protected async Task StartAsync(params string[] options)
    {
        _launcher = LauncherProcess.Start(["--hold", Hold, .. options]);
        _shop = new Shop(await _launcher.ReadyAsync());
    }
}

/// <summary>On the launcher's own broker.</summary>
public sealed class EmbeddedShop : LaunchedShop
{
    public override async ValueTask InitializeAsync() => await StartAsync();
}

/// <summary>Two instances of every service that decides something, with one PostgreSQL; not started where there is none.</summary>
public sealed class ReplicatedShop : LaunchedShop
{
    public const string Replicas = "orders=2,tickets=2,payments=2,expiration=2";

    private RealKafka? _kafka;

    public static bool IsAvailable => RealKafka.IsAvailable && PostgresServer.IsAvailable;

    public static string Missing => RealKafka.IsAvailable ? PostgresServer.Missing : RealKafka.Missing;

    public override async ValueTask InitializeAsync()
    {
        if (!IsAvailable)
            return;
        _kafka = await RealKafka.StartAsync();
        await StartAsync("--kafka", _kafka.BootstrapServers, "--store", "postgres", "--replicas", Replicas);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_kafka is not null)
            await _kafka.DisposeAsync();
    }
}

/// <summary>On a real Kafka; where there is none, it is not started.</summary>
public sealed class RealKafkaShop : LaunchedShop
{
    private RealKafka? _kafka;

    public override async ValueTask InitializeAsync()
    {
        if (!RealKafka.IsAvailable)
            return;
        _kafka = await RealKafka.StartAsync();
        await StartAsync("--kafka", _kafka.BootstrapServers);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_kafka is not null)
            await _kafka.DisposeAsync();
    }
}
