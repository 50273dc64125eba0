using Aspire.Hosting;
using Aspire.Hosting.Testing;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Stores;

namespace Ticketing.EndToEnd.Tests;

/// <summary>A shop that the AppHost runs in this process, for the tests of a class.</summary>
public abstract class RunningShop : IAsyncLifetime
{
    // Long enough for a busy machine to pay in time. Only one test waits for it.
    private const string Hold = "00:00:30";

    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _runDirectory = Directory.CreateTempSubdirectory("ticketing-run-");
    private readonly List<IAsyncDisposable> _servers = [];
    private DistributedApplication? _application;
    private Shop? _shop;

    public Shop Shop => _shop ?? throw new InvalidOperationException("The shop was not started.");

    public abstract ValueTask InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _shop?.Dispose();
        if (_application is not null)
        {
            await _application.StopAsync();
            await _application.DisposeAsync();
        }
        foreach (var server in _servers)
            await server.DisposeAsync();
        _runDirectory.Delete(recursive: true);
    }

    protected async Task StartAsync(params string[] options)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Ticketing_AppHost>(
        [
            "--port-base", $"{AppHostProcess.FreePortBase()}", "--run-dir", _runDirectory.FullName, "--hold", Hold,
            "--DcpPublisher:RandomizePorts=false", .. ShopSettings.HighLimits.Append(ShopSettings.FastCommits).Append(ShopSettings.CheapPasswords).AsOptions(), .. options,
        ]);
        _application = await builder.BuildAsync();
        await _application.StartAsync();
        var endpoints = Path.Combine(_runDirectory.FullName, "endpoints.json");
        await Eventually.IsAsync(() => File.Exists(endpoints), () => "the shop is not healthy", StartPatience);
        _shop = new Shop(ShopEndpoints.Parse(await File.ReadAllTextAsync(endpoints)));
    }

    /// <summary>Starts a broker that lives as long as the shop.</summary>
    protected async Task<string> StartKafkaAsync()
    {
        var kafka = await RealKafka.StartAsync();
        _servers.Add(kafka);
        return kafka.BootstrapServers;
    }

    /// <summary>Starts a MongoDB that lives as long as the shop.</summary>
    protected async Task<string> StartMongoAsync()
    {
        var mongo = await MongoServer.StartAsync();
        _servers.Add(mongo);
        // The stand-in for MongoDB reads a whole collection for each document that it updates. On a busy machine, many orders at once took it longer
        // than services wait by default.
        return $"{mongo.ConnectionString}/?serverSelectionTimeoutMS=60000&connectTimeoutMS=60000&waitQueueTimeoutMS=60000&socketTimeoutMS=60000";
    }
}

/// <summary>On the embedded broker, with documents in memory.</summary>
public sealed class EmbeddedShop : RunningShop
{
    public override async ValueTask InitializeAsync() => await StartAsync("--mode", "embedded", "--insights", "true");
}

/// <summary>Two instances of every service that decides something, on one Kafka and one PostgreSQL; not started where there is none.</summary>
public sealed class ReplicatedShop : RunningShop
{
    /// <summary>As many unpaid orders as any scenario has of one buyer.</summary>
    public const int MaxOpenHolds = 150;

    public static string? Missing => !RealKafka.IsAvailable ? RealKafka.Missing : !PostgresServer.IsAvailable ? PostgresServer.Missing : null;

    public override async ValueTask InitializeAsync()
    {
        if (Missing is null)
            await StartAsync(
                "--mode", "embedded", "--kafka", await StartKafkaAsync(), "--store", "postgres", "--replicas", "orders=2,tickets=2,payments=2,expiration=2",
                $"--Orders:MaxOpenHolds={MaxOpenHolds}");
    }
}

/// <summary>On a real Kafka and what speaks MongoDB's protocol; not started where there is none.</summary>
public sealed class KafkaMongoShop : RunningShop
{
    public static string? Missing => !RealKafka.IsAvailable ? RealKafka.Missing : !MongoServer.IsAvailable ? MongoServer.Missing : null;

    public override async ValueTask InitializeAsync()
    {
        if (Missing is null)
            await StartAsync("--kafka", await StartKafkaAsync(), "--store", await StartMongoAsync());
    }
}

/// <summary>On containers; not started where none run.</summary>
public sealed class ContainerShop : RunningShop
{
    public static string? Missing { get; } = AppHost.ContainerRuntime.Answers(null, out var why) ? null : $"Servers cannot run in containers: {why}.";

    public override async ValueTask InitializeAsync()
    {
        if (Missing is null)
            await StartAsync("--mode", "containers");
    }
}
