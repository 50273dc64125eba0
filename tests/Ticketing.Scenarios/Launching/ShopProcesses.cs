using System.Text.Json;
using Ticketing.Messaging;
using Ticketing.Notifications;
using Ticketing.Scenarios.Client;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Processes;

namespace Ticketing.Scenarios.Launching;

/// <summary>
/// The services as processes, without the AppHost, for tests that are only about the services: they start in a fraction of the time. They end
/// with this process at the latest.
/// </summary>
public sealed class ShopProcesses : IAsyncDisposable
{
    /// <summary>The services that an order can do without. They are started only where a test needs them, as each takes more than a second of processor time to start.</summary>
    public static readonly string[] Others = ["Notifications", "Activity"];

    private static readonly string[] Programs = ["Accounts", "Tickets", "Orders", "Payments", "Expiration"];

    private static readonly TimeSpan DeathPatience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _mails = Directory.CreateTempSubdirectory("ticketing-mail-");
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("ticketing-keys-");
    private readonly Dictionary<string, (Uri Url, ChildProcess Process)> _services = [];
    private readonly Func<string, (string Name, string? Value)[]> _settings;
    private Shop? _shop;

    private ShopProcesses(Func<string, (string Name, string? Value)[]> settings) => _settings = settings;

    /// <summary>What its users see.</summary>
    public Shop Shop => _shop ?? throw new InvalidOperationException("The shop was not started.");

    /// <summary>Starts one on a broker of its own in this process, with documents in memory unless a setting names a store.</summary>
    public static Task<ShopProcesses> StartAsync(params (string Name, string? Value)[] settings) => StartAsync([], settings);

    /// <summary>The same with some of the <see cref="Others"/>.</summary>
    public static Task<ShopProcesses> StartAsync(string[] others, params (string Name, string? Value)[] settings) =>
        StartLimitedAsync(others, [.. ShopSettings.HighLimits, .. settings]);

    /// <summary>The same with the limits on guessing and hoarding as they are by default.</summary>
    public static Task<ShopProcesses> StartLimitedAsync(string[] others, params (string Name, string? Value)[] settings)
    {
        var broker = EmbeddedBroker.Start(
        [
            .. Contracts.Topics.AllWritten.Concat(Contracts.Topics.Insights).Select(topic => new TestTopic(topic, KafkaNames.Partitions)),
            .. TheShop.Services.Append(NotificationsService.Value).SelectMany(service => service.Groups)
                .Select(group => new TestTopic(KafkaNames.DeadLetters(group.Topic, group.Group), 1)),
        ]);
        return StartProgramsAsync(
            broker.BootstrapServers, others, _ => [("Kafka__FetchWaitMaxMs", "10"), ("Kafka__SessionTimeoutMs", "6000"), .. settings]);
    }

    /// <summary>Starts one on a broker that is there.</summary>
    /// <param name="kafka">Its <c>HOST:PORT</c>.</param>
    /// <param name="others">Some of the <see cref="Others"/>.</param>
    /// <param name="settings">Environment variables of the services.</param>
    public static Task<ShopProcesses> StartOnAsync(string kafka, string[] others, params (string Name, string? Value)[] settings) =>
        StartOnAsync(kafka, others, _ => settings);

    /// <summary>Starts one on a broker that is there.</summary>
    /// <param name="kafka">Its <c>HOST:PORT</c>.</param>
    /// <param name="others">Some of the <see cref="Others"/>.</param>
    /// <param name="settings">Environment variables of a program.</param>
    public static Task<ShopProcesses> StartOnAsync(string kafka, string[] others, Func<string, (string Name, string? Value)[]> settings) =>
        StartProgramsAsync(kafka, others, program => [.. ShopSettings.HighLimits, .. settings(program)]);

    /// <summary>The mails of Notifications.</summary>
    public IReadOnlyList<FileInfo> Mails => _mails.GetFiles("*.eml");

    /// <summary>Where they are put.</summary>
    public string MailFolder => _mails.FullName;

    /// <summary>Starts another program beside them, and says where it listens.</summary>
    public Task<Uri> AddAsync(string program) => AddAsync(program, program);

    /// <summary>Starts another instance of a program beside them, under a name of its own, and says where it listens.</summary>
    public async Task<Uri> AddAsync(string program, string name)
    {
        Start(name, new Uri($"http://127.0.0.1:{FreePorts.Take()}"), program);
        await HealthyAsync(name);
        return _services[name].Url;
    }

    /// <summary>Stops a service and starts it again, with further settings.</summary>
    public Task RestartAsync(string program, params (string Name, string? Value)[] settings) => RestartAsync(program, program, settings);

    /// <summary>Stops an instance and starts it again, with further settings.</summary>
    public async Task RestartAsync(string name, string program, params (string Name, string? Value)[] settings)
    {
        var (url, process) = _services[name];
        await process.DisposeAsync();
        Start(name, url, program, settings);
        await HealthyAsync(name);
    }

    /// <summary>Stops a service, starts it again with further settings that let it die, and waits for that.</summary>
    /// <param name="program">The service.</param>
    /// <param name="meanwhile">What is done meanwhile, so that it has something to die of.</param>
    /// <param name="settings">The settings.</param>
    public async Task DieAsync(string program, Func<Task> meanwhile, params (string Name, string? Value)[] settings)
    {
        var (url, process) = _services[program];
        await process.DisposeAsync();
        Start(program, url, program, settings);
        await meanwhile();
        Assert.True(await _services[program].Process.EndsAsync(DeathPatience), $"{program} does not die with {string.Join(", ", settings)}:\n{_services[program].Process.Output}");
    }

    /// <summary>What each service has written to its console since it was started.</summary>
    public IEnumerable<string> Outputs => _services.Values.Select(service => service.Process.Output);

    /// <summary>Kills a service (<c>kill -9</c>).</summary>
    public Task KillAsync(string program) => _services[program].Process.KillAsync();

    /// <summary>Stops a service.</summary>
    public Task StopAsync(string program) => _services[program].Process.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _shop?.Dispose();
        await Task.WhenAll(_services.Values.Select(service => service.Process.DisposeAsync().AsTask()));
        _keys.Delete(recursive: true);
        _mails.Delete(recursive: true);
    }

    private static async Task<ShopProcesses> StartProgramsAsync(string kafka, string[] others, Func<string, (string Name, string? Value)[]> settings)
    {
        var shop = new ShopProcesses(program => [("ConnectionStrings__kafka", kafka), .. settings(program)]);
        foreach (var program in (string[])[.. Programs, .. others])
            shop.Start(program, new Uri($"http://127.0.0.1:{FreePorts.Take()}"), program);
        shop._shop = new Shop(new ShopEndpoints(
            shop._services["Accounts"].Url, shop._services["Tickets"].Url, shop._services["Orders"].Url, shop._services["Payments"].Url,
            shop._services["Expiration"].Url, shop._services.GetValueOrDefault("Notifications").Url, shop._services.GetValueOrDefault("Activity").Url, kafka,
            Insights: shop._services.GetValueOrDefault("Insights").Url));
        foreach (var program in shop._services.Keys)
            await shop.HealthyAsync(program);
        return shop;
    }

    private void Start(string name, Uri url, string program, params (string Name, string? Value)[] settings) =>
        _services[name] = (url, ChildProcess.Start(ChildProgram.Built(program) with
        {
            Environment =
            [
                ("ASPNETCORE_URLS", url.ToString()), ("DataProtection__KeyRing", _keys.FullName),
                ("Notifications__Mail__Folder", _mails.FullName), ShopSettings.CheapPasswords, ShopSettings.AnyEmail, ShopSettings.FastCommits, .. _settings(program), .. settings,
            ],
        }));

    private async Task HealthyAsync(string program)
    {
        var (url, process) = _services[program];
        var answer = "";
        await Eventually.IsAsync(
            async () =>
            {
                Assert.False(process.HasExited, $"{program} ended with {process.ExitCode}:\n{process.Output}");
                try
                {
                    answer = (await Shop.Anyone.GetAsync(new Uri(url, "/health"))).Body;
                    return JsonSerializer.Deserialize<Health>(answer, Answer.Json)!.Status == "healthy";
                }
                catch (HttpRequestException e)
                {
                    answer = e.Message;
                    return false;
                }
            },
            () => $"{program}: {answer}\n{process.Output}");
    }
}
