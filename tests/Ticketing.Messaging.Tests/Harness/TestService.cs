using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging.Tests.Harness;

/// <summary>An instance of a small service: a host with the runtime.</summary>
public sealed class TestService : IAsyncDisposable
{
    private readonly IHost _host;

    private bool _disposed;

    /// <summary>Whether it was not asked to stop yet.</summary>
    public bool IsRunning { get; private set; } = true;

    private TestService(IHost host, Logs logs) => (_host, Logs) = (host, logs);

    public Logs Logs { get; }

    public Repository<Ledger> Ledgers => _host.Services.GetRequiredService<Repository<Ledger>>();

    public InFlight InFlight => _host.Services.GetRequiredService<InFlight>();

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public static async Task<TestService> StartAsync(
        Scenario scenario, Func<Service, Service> parts, IReadOnlyDictionary<string, string?> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:kafka"] = scenario.BootstrapServers,
            ["Kafka:AutoCommitIntervalMs"] = "100",
            ["Kafka:Prefix"] = scenario.OnCluster(""),
            ["Messaging:Backoff"] = "00:00:00.010",
        }).AddInMemoryCollection(scenario.Settings).AddInMemoryCollection(settings);
        var logs = new Logs();
        builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton(scenario.Database).AddSingleton<IMeterFactory, MetersOfInstance>();
        builder.AddMessaging(parts(new Service("testing").Publishes(Told.TopicName)));
        var service = new TestService(builder.Build(), logs);
        await service._host.StartAsync();
        return service;
    }

    /// <summary>Stops as on SIGTERM.</summary>
    public Task StopAsync() => StopAsync(TestContext.Current.CancellationToken);

    /// <summary>Stops without waiting for anything that goes on.</summary>
    public Task StopAtOnceAsync() => StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await StopAsync();
        _host.Dispose();
    }

    private Task StopAsync(CancellationToken cancellation)
    {
        IsRunning = false;
        return _host.StopAsync(cancellation);
    }
}
