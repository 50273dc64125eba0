using System.Globalization;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Processes;

namespace Ticketing.Faults.Tests.Running;

/// <summary>The broker of a run: a real Kafka, or the embedded one as a process of its own, which forgets everything when it ends.</summary>
internal sealed class RunBroker : IAsyncDisposable
{
    private static readonly TimeSpan Down = TimeSpan.FromSeconds(1);

    private readonly RealKafka? _real;
    private readonly int _brokers;
    private readonly string _address = Path.GetTempFileName();
    private ChildProcess? _embedded;
    private volatile string _embeddedServers = "";

    private RunBroker(RealKafka? real, int brokers) => (_real, _brokers) = (real, brokers);

    /// <summary>Where it is now, or was until it was killed: the embedded one chooses another port each time.</summary>
    public string BootstrapServers => _real?.BootstrapServers ?? _embeddedServers;

    /// <param name="brokers">How many real ones; 0 for the embedded one.</param>
    public static async Task<RunBroker> StartAsync(int brokers)
    {
        // The checker wants to see every record, so nothing is compacted.
        var broker = new RunBroker(
            brokers == 0 ? null : await RealKafka.StartAsync(brokers, "auto.create.topics.enable=false", "log.cleaner.enable=false"), brokers);
        if (brokers == 0)
            await broker.BeginAsync();
        return broker;
    }

    /// <summary>One of the real ones is killed, and comes back with its records.</summary>
    public async Task<bool> StopAsync(int choice)
    {
        var number = 1 + choice % _brokers;
        await _real!.KillAsync(number);
        await Task.Delay(Down);
        await _real.RestartAsync(number);
        return true;
    }

    /// <summary>The embedded one is killed, and the next one has nothing.</summary>
    public async Task ForgetAsync()
    {
        await _embedded!.DisposeAsync();
        await BeginAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_real is not null)
            await _real.DisposeAsync();
        if (_embedded is not null)
            await _embedded.DisposeAsync();
        File.Delete(_address);
    }

    // It answers no admin requests, so the services cannot make its topics.
    private async Task BeginAsync()
    {
        var topics = Topics.AllWritten.Select(topic => (Name: topic, KafkaNames.Partitions))
            .Concat(WholeShop.Groups.Select(group => (Name: KafkaNames.DeadLetters(group.Topic, group.Group), Partitions: 1)));
        File.Delete(_address);
        _embedded = ChildProcess.Start(ChildProgram.Built(
            "EmbeddedBroker", [_address, .. topics.Select(topic => string.Create(CultureInfo.InvariantCulture, $"{topic.Name}={topic.Partitions}"))]));
        await _embedded.UntilAsync(() => File.Exists(_address));
        _embeddedServers = await File.ReadAllTextAsync(_address);
    }
}
