using System.CommandLine;
using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Ticketing.Messaging;

namespace Ticketing.Cli;

/// <summary>
/// How to reach the broker: as the services take it, from environment variables and from arguments such as <c>--Kafka:SaslMechanism=PLAIN</c>.
/// </summary>
internal sealed class Connection
{
    public static readonly Option<string?> BootstrapServerOption = new("--bootstrap-server")
    {
        Description = "The broker. Without it: ConnectionStrings__kafka or KAFKA_BROKERS, as for the services. "
            + "So are client settings: Kafka__SaslMechanism=PLAIN in the environment or --Kafka:SaslMechanism=PLAIN.",
        HelpName = "HOST:PORT[,HOST:PORT]",
        Recursive = true,
    };

    // A client that is no member of a group still has to name one.
    private const string NoGroup = "ticketing-cli";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // A name may have several addresses, of which only one answers.
    private static readonly TimeSpan PatienceWhileAllAreDown = TimeSpan.FromSeconds(2);

    private static readonly Dictionary<string, string?> CommandLineSettings = [];

    private readonly KafkaSettings _settings;

    private Connection(KafkaSettings settings) => _settings = settings;

    public string Prefix => _settings.Prefix;

    /// <summary>Takes the settings out of the command line: names with a colon are no options.</summary>
    public static string[] TakeSettings(string[] args)
    {
        var others = new List<string>();
        foreach (var arg in args)
        {
            if (others.Contains("--") || !arg.StartsWith("--", StringComparison.Ordinal) || !arg.Split('=')[0].Contains(':'))
                others.Add(arg);
            else if (arg.Split('=', 2) is [var name, var value])
                CommandLineSettings[name[2..]] = value;
            else
                throw new CliException($"{arg} needs a value", $"{arg}=VALUE", ExitCode.Usage);
        }
        return [.. others];
    }

    /// <exception cref="CliException">A setting is missing or wrong.</exception>
    public static Connection From(ParseResult arguments)
    {
        var configuration = Configuration(arguments);
        return Checked(() => new Connection(new(configuration)));
    }

    /// <summary>Whether a broker is named.</summary>
    public static bool IsNamed(ParseResult arguments) =>
        Configuration(arguments) is var configuration && (configuration.GetConnectionString("kafka") ?? configuration["KAFKA_BROKERS"]) is { Length: > 0 };

    /// <summary>The same to an embedded broker, with the settings that are arguments.</summary>
    public static Connection ToEmbedded(string bootstrapServers)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                // It answers a fetch that found nothing when its time is up, not when a record comes.
                ["Kafka:FetchWaitMaxMs"] = "10",
                // It lets nobody join a group that a member has just left, until that member's session would have timed out.
                ["Kafka:SessionTimeoutMs"] = "3000",
                ["Kafka:HeartbeatIntervalMs"] = "200",
            })
            .AddInMemoryCollection(CommandLineSettings)
            .AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:kafka"] = bootstrapServers, ["Kafka:Prefix"] = null })
            .Build();
        return Checked(() => new Connection(new(configuration)));
    }

    /// <summary>The name that a topic or a group has on the cluster.</summary>
    public string OnCluster(string name) => _settings.Name(name);

    /// <summary>The name that the shop has for a topic or a group of the cluster.</summary>
    public string InShop(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;

    /// <summary>An admin client, once a broker has answered; and what the broker said about its topics.</summary>
    public (IAdminClient Client, Dictionary<string, TopicMetadata> Topics) Connect(CancellationToken stop)
    {
        var trouble = new Trouble();
        var client = Checked(() => new AdminClientBuilder(_settings.Admin()).SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => trouble.Note(error)).Build());
        try
        {
            var started = Stopwatch.GetTimestamp();
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                try
                {
                    // Of all topics: a broker may create one that is asked for by its name.
                    return (client, client.GetMetadata(TimeSpan.FromSeconds(1)).Topics.ToDictionary(topic => topic.Topic));
                }
                catch (KafkaException e) when (trouble.IsFinal || Stopwatch.GetElapsedTime(started) > Patience)
                {
                    throw Errors.NoBroker(_settings.BootstrapServers, trouble.Last ?? e.Error);
                }
                catch (KafkaException)
                {
                    // It may still connect.
                }
            }
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether the broker answers admin requests. The embedded one does not: then DescribeConfigs waits for a minute, and ListConsumerGroups crashes this
    /// process (librdkafka 2.16: double free). This older request fails at once.
    /// </summary>
    /// <exception cref="KafkaException">It does not.</exception>
    public static void CheckAdminRequests(IAdminClient client) => client.ListGroup(NoGroup, Patience);

    /// <summary>The names of all consumer groups on the cluster, by the older request: ListConsumerGroups also crashed on a real broker that had just started, and was still loading its groups.</summary>
    public static async Task<List<string>> GroupsAsync(IAdminClient client, CancellationToken stop)
    {
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(Pause, stop))
        {
            try
            {
                return [.. client.ListGroups(Patience).Where(group => group.ProtocolType is "consumer" or "").Select(group => group.Group)];
            }
            catch (KafkaException e) when (e.Error.Code is ErrorCode.GroupLoadInProgress or ErrorCode.GroupCoordinatorNotAvailable && Stopwatch.GetElapsedTime(started) < Patience)
            {
                // It answers when they are loaded.
            }
        }
    }

    /// <summary>The partitions of topics, by the shop's names for them.</summary>
    /// <exception cref="CliException">There is no such topic, or no broker.</exception>
    public List<TopicPartition> Partitions(IEnumerable<string> topics, CancellationToken stop)
    {
        var (client, known) = Connect(stop);
        using (client)
            return [.. topics.Distinct().SelectMany(topic => PartitionsOf(known, topic))];
    }

    /// <inheritdoc cref="Partitions"/>
    public IEnumerable<TopicPartition> PartitionsOf(Dictionary<string, TopicMetadata> known, string topic)
    {
        var name = OnCluster(topic);
        if (!known.TryGetValue(name, out var metadata) || metadata.Error.Code == ErrorCode.UnknownTopicOrPart)
            throw new CliException($"There is no topic '{topic}'", "'ticketing topics' lists them");
        if (metadata.Error.IsError)
            throw Errors.From(metadata.Error);
        return metadata.Partitions.Select(partition => partition.PartitionId).Order().Select(id => new TopicPartition(name, id));
    }

    /// <summary>A consumer that is set up as one of the services.</summary>
    /// <param name="group">The group by the shop's name; without one it commits nothing.</param>
    /// <param name="set">Further settings and handlers.</param>
    public IConsumer<byte[]?, byte[]?> Consumer(string? group, Func<ConsumerConfig, ConsumerBuilder<byte[]?, byte[]?>> set) => Checked(() =>
    {
        var config = _settings.Consumer(OnCluster(group ?? NoGroup));
        config.ConsumeResultFields = "all";
        config.AllowAutoCreateTopics = false;
        if (group is null)
            (config.EnableAutoCommit, config.GroupInstanceId) = (false, null);
        return set(config).SetLogHandler((_, _) => { }).Build();
    });

    /// <summary>A consumer that is no member of a group, to read a log and to ask how far it reaches.</summary>
    public IConsumer<byte[]?, byte[]?> Reader() => Consumer(null, config =>
    {
        config.EnablePartitionEof = true;
        // Nobody waits at the end for more.
        config.FetchWaitMaxMs = 10;
        return new ConsumerBuilder<byte[]?, byte[]?>(config).SetErrorHandler((_, _) => { });
    });

    /// <summary>A producer that is set up as that of the services.</summary>
    public IProducer<byte[]?, byte[]?> Producer() => Checked(() =>
        new ProducerBuilder<byte[]?, byte[]?>(_settings.Producer()).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build());

    private static IConfigurationRoot Configuration(ParseResult arguments)
    {
        if (arguments.GetValue(BootstrapServerOption) is { } servers)
            CommandLineSettings["ConnectionStrings:kafka"] = servers;
        return new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                // The services' producer never gives up. Here somebody waits for it.
                ["Kafka:MessageTimeoutMs"] = "30000",
                ["Kafka:LingerMs"] = "5",
                // A client that has read far enough ahead rests for a second by default. What is ahead is printed sooner than that.
                ["Kafka:FetchQueueBackoffMs"] = "10",
            })
            .AddEnvironmentVariables()
            .AddInMemoryCollection(CommandLineSettings)
            .Build();
    }

    // The client checks its settings when it is built.
    private static T Checked<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            var isMissing = e.Message.StartsWith("No broker", StringComparison.Ordinal);
            throw new CliException(
                isMissing ? "No broker is named" : e.Message, isMissing ? "--bootstrap-server HOST:PORT, or KAFKA_BROKERS in the environment" : null, ExitCode.Usage);
        }
    }

    /// <summary>What an admin client told of its connections.</summary>
    private sealed class Trouble
    {
        private long? _allDown;
        private volatile Error? _last;

        public Error? Last => _last;

        /// <summary>Whether waiting is of no use.</summary>
        public bool IsFinal => _last?.Code is ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed
            || (_allDown is { } since && Stopwatch.GetElapsedTime(since) > PatienceWhileAllAreDown);

        public void Note(Error error)
        {
            if (error.Code == ErrorCode.Local_AllBrokersDown)
                _allDown ??= Stopwatch.GetTimestamp();
            else
                _last = error;
        }
    }
}
