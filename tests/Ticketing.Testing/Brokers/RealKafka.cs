using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Ticketing.Testing.Processes;

namespace Ticketing.Testing.Brokers;

/// <summary>A real Kafka of one or more brokers on this machine, with its data in a temporary folder, gone when it is disposed of.</summary>
public sealed class RealKafka : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _data;
    private readonly int _brokers;
    private readonly IAdminClient _admin;
    private readonly Stack<ChildProcess> _processes = [];

    private RealKafka(string data, int brokers, ChildProcess process, string bootstrapServers)
    {
        (_data, _brokers, BootstrapServers) = (data, brokers, bootstrapServers);
        _processes.Push(process);
        _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    /// <summary>The script that runs one, and Kafka's own tools; null if there is none.</summary>
    public static string? Script { get; } = SharedTool.Find("KAFKA_TOOL", "kafka/kafka");

    /// <summary>Whether there is a Kafka to run.</summary>
    public static bool IsAvailable => Script is not null;

    /// <summary>Why tests that need one are skipped where there is none.</summary>
    public const string Missing = "No real Kafka: KAFKA_TOOL names no script, and there is none at ../shared/kafka/kafka.";

    /// <summary>Its brokers, <c>HOST:PORT</c>, comma-separated.</summary>
    public string BootstrapServers { get; }

    /// <summary>Starts it on free ports.</summary>
    /// <param name="brokers">How many brokers.</param>
    /// <param name="settings">Lines of <c>server.properties</c>, <c>key=value</c>.</param>
    public static async Task<RealKafka> StartAsync(int brokers = 1, params string[] settings)
    {
        var data = Directory.CreateTempSubdirectory("ticketing-kafka-").FullName;
        // The controllers are a hundred ports further on.
        var port = FreePorts.Take([.. Enumerable.Range(0, brokers), .. Enumerable.Range(100, brokers)]);
        var process = ChildProcess.Start(new(Script!,
        [
            "start", "--data", data, "--port", port.ToString(CultureInfo.InvariantCulture),
            "--brokers", brokers.ToString(CultureInfo.InvariantCulture), .. settings.Length > 0 ? ["--", .. settings] : Array.Empty<string>(),
        ]));
        return new RealKafka(data, brokers, process, await process.ReadyAsync(Patience));
    }

    /// <summary>Creates topics, and waits until every broker that lives knows of them: each learns of them by itself.</summary>
    public async Task CreateTopicsAsync(params IReadOnlyCollection<TestTopic> topics)
    {
        await _admin.CreateTopicsAsync(topics.Select(topic => new TopicSpecification
        {
            Name = topic.Name,
            NumPartitions = topic.Partitions,
            ReplicationFactor = -1,
            Configs = topic.Config,
        }));
        if (_brokers > 1)
            await Task.WhenAll(BootstrapServers.Split(',').Select(broker => KnowsAsync(broker, topics)));
    }

    /// <summary>The members that these groups have now, with their group.</summary>
    public async Task<IReadOnlyList<string>> MembersOfAsync(IEnumerable<string> groups)
    {
        var described = await _admin.DescribeConsumerGroupsAsync(groups);
        return [.. described.ConsumerGroupDescriptions.SelectMany(group => group.Members.Select(member => $"{group.GroupId}: {member.ClientId}"))];
    }

    /// <summary>A broker's process id.</summary>
    /// <param name="number">Which one, from 1.</param>
    public int IdOf(int number) => int.Parse(File.ReadAllText(Path.Combine(_data, $"{number}", "pid")), CultureInfo.InvariantCulture);

    /// <summary>Kills a broker as a power cut would (<c>kill -9</c>).</summary>
    /// <param name="number">Which one, from 1.</param>
    public async Task KillAsync(int number)
    {
        try
        {
            using var broker = System.Diagnostics.Process.GetProcessById(IdOf(number));
            broker.Kill();
            await broker.WaitForExitAsync();
        }
        catch (ArgumentException)
        {
            // There is no such process any more.
        }
    }

    /// <summary>Starts a broker that was killed, and waits until it serves.</summary>
    /// <param name="number">Which one, from 1.</param>
    public async Task RestartAsync(int number)
    {
        // The old process's log has the line that is waited for.
        var log = Path.Combine(_data, $"{number}", "log");
        await File.WriteAllTextAsync(log, "");
        _processes.Push(ChildProcess.Start(new(Script!, "broker", $"{number}", "--data", _data)));
        await Eventually.IsAsync(
            () => File.ReadAllText(log).Contains("Kafka Server started", StringComparison.Ordinal), () => File.ReadAllText(log), Patience);
    }

    private static async Task KnowsAsync(string broker, IEnumerable<TestTopic> topics)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        await Eventually.IsAsync(
            () =>
            {
                // Of all topics: to ask for one that is not known may create it.
                var known = admin.GetMetadata(Patience).Topics.ToDictionary(topic => topic.Topic, topic => topic.Partitions.Count);
                return topics.All(topic => known.GetValueOrDefault(topic.Name) == topic.Partitions);
            },
            () => $"{broker} does not know all of the topics.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        // Not asked: brokers that stop one after the other wait for a quorum that is gone, and nobody needs their data.
        for (var number = 1; number <= _brokers; number++)
            await KillAsync(number);
        while (_processes.TryPop(out var process))
            await process.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}
