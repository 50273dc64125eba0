using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ticketing.Contracts;
using Ticketing.Logging;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.Messaging.Tests.Logging;

/// <summary>What a program logs is on the topic <c>logs</c>, or is said to be dropped.</summary>
public abstract class KafkaLogTests(Brokers brokers)
{
    [Fact]
    public async Task What_is_logged_arrives_but_not_what_the_loggers_themselves_say()
    {
        await using var scenario = await OpenAsync();
        using var program = new LoggingProgram(scenario.BootstrapServers, scenario.OnCluster(""));

        program.Log(LogLevel.Information, "Shop", 7);
        program.Log(LogLevel.Error, LogMetrics.Name, 8);
        program.Log(LogLevel.Debug, "Shop", 9);
        program.Log(LogLevel.Critical, "Shop", 10);
        await program.WrittenAsync();

        var records = Read(scenario);
        Assert.Equal(["critical 10", "information 7"], records.Select(record => $"{record.Level} {record.Properties!["Number"]}").Order());
        Assert.All(records, record => Assert.Equal(("testing", "Shop"), (record.Service, record.Category)));
    }

    [Fact]
    public async Task Of_more_than_finds_room_the_least_severe_is_dropped_and_every_record_is_accounted_for()
    {
        const int Errors = 50;
        await using var scenario = await OpenAsync();
        using var program = new LoggingProgram(scenario.BootstrapServers, scenario.OnCluster(""), ("Logs:MaxRecords", "100"), ("Logging:LogLevel:Default", "Debug"));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 5000; i++)
                program.Log(i % 2 == 0 ? LogLevel.Debug : LogLevel.Information, "Shop", i);
        })));
        for (var i = 0; i < Errors; i++)
            program.Log(LogLevel.Error, "Shop", i);
        await program.WrittenAsync();
        await Eventually.IsAsync(() => Told(Read(scenario)).Values.Sum() == program.Metrics.Dropped.Total, () => "not all that was dropped is told");

        var records = Read(scenario);
        var (written, told) = (records.Where(record => record.Category == "Shop").ToLookup(record => record.Level), Told(records));
        Assert.Equal((10_000, 10_000, Errors), (In(LogLevel.Debug), In(LogLevel.Information), In(LogLevel.Error)));
        Assert.Equal(Errors, written["error"].Count());
        Assert.True(told["debug"] > 0 && told["information"] > 0, string.Join(", ", told));

        long In(LogLevel level) => written[LogText.NameOf(level)].Count() + told.GetValueOrDefault(LogText.NameOf(level));
    }

    [Fact]
    public async Task No_more_than_so_many_are_written_in_a_second()
    {
        await using var scenario = await OpenAsync();
        using var program = new LoggingProgram(scenario.BootstrapServers, scenario.OnCluster(""), ("Logs:RecordsPerSecond", "50"));

        for (var i = 0; i < 100; i++)
            program.Log(LogLevel.Information, "Shop", i);
        await program.WrittenAsync();

        // Those of two seconds. The last batch comes at the end of its quarter of a second.
        var times = scenario.Wire.Read(scenario.OnCluster(Topics.Logs)).ConvertAll(record => record.SentAt);
        Assert.True((times.Max() - times.Min()).TotalSeconds * 50 >= 80, $"100 were written from {times.Min():O} to {times.Max():O}.");
    }

    [Fact]
    public async Task What_has_no_text_is_dropped_and_disturbs_nobody()
    {
        await using var scenario = await OpenAsync();
        using var program = new LoggingProgram(scenario.BootstrapServers, scenario.OnCluster(""));

        program.Log(LogLevel.Information, "Shop", new Unspeakable());
        program.Log(LogLevel.Information, "Shop", 1);
        await program.WrittenAsync();

        Assert.Equal((2, 1, 1), (program.Metrics.Emitted.Total, program.Metrics.Written.Total, program.Metrics.Dropped.Total));
    }

    [Fact]
    public async Task Who_stops_writes_what_waits()
    {
        await using var scenario = await OpenAsync();
        using (var program = new LoggingProgram(scenario.BootstrapServers, scenario.OnCluster(""), ("Logs:RecordsPerSecond", "10")))
        {
            program.Log(LogLevel.Information, "Shop", -1);
            await program.WrittenAsync();
            for (var i = 0; i < 500; i++)
                program.Log(LogLevel.Information, "Shop", i);
        }

        Assert.Equal(501, Read(scenario).Count);
    }

    protected static List<LogRecord> Read(Scenario scenario) => [.. scenario.Wire.Read(scenario.OnCluster(Topics.Logs)).Select(record => LogRecord.Deserialize(record.Value))];

    /// <summary>How many were dropped of each level, as the records say.</summary>
    protected static Dictionary<string, long> Told(IEnumerable<LogRecord> records) => records.Where(record => record.Category == LogMetrics.Name)
        .SelectMany(record => record.Properties!).GroupBy(level => level.Key, level => long.Parse(level.Value!, System.Globalization.CultureInfo.InvariantCulture))
        .ToDictionary(level => level.Key, level => level.Sum());

    protected Task<Scenario> OpenAsync() => Scenario.OpenAsync(brokers, new TestTopic(Topics.Logs, 3));

    private sealed class Unspeakable
    {
        public override string ToString() => throw new InvalidOperationException("I have no text.");
    }
}

[Collection(On.EmbeddedBroker)]
public sealed class KafkaLogsOnEmbeddedBroker(EmbeddedBrokers brokers) : KafkaLogTests(brokers)
{
    [Fact]
    public async Task While_no_broker_answers_nobody_waits_and_what_finds_room_is_written_afterwards()
    {
        const int Room = 200, Logged = 50_000;
        // Where nobody listens yet.
        var port = Ticketing.Testing.Processes.FreePorts.Take();
        using var program = new LoggingProgram($"127.0.0.1:{port}", "", ("Logs:MaxRecords", $"{Room}"), ("Kafka:ReconnectBackoffMaxMs", "100"));

        for (var i = 0; i < Logged; i++)
            program.Log(i % 100 == 0 ? LogLevel.Warning : LogLevel.Information, "Shop", i);
        await Eventually.IsAsync(() => program.Failures.Any(line => line.StartsWith("Log records cannot be written to logs", StringComparison.Ordinal)), () => "it is not said");

        Assert.InRange(program.Buffer.Records, 1, Room);
        Assert.Equal(Logged, program.Metrics.Dropped.Total + program.Buffer.Records);
        Assert.Equal(0, program.Metrics.Written.Total);
        // Said once, however often it is tried.
        Assert.Single(program.Failures);
    }
}

[Collection(On.RealKafka)]
public sealed class KafkaLogsOnRealKafka(RealBroker broker) : KafkaLogTests(broker)
{
    [Fact]
    public async Task The_topic_is_made_with_three_partitions_that_are_kept_for_a_day()
    {
        await using var scenario = await Scenario.OpenAsync(broker);
        using var program = new LoggingProgram(scenario.BootstrapServers, scenario.OnCluster(""));

        program.Log(LogLevel.Information, "Shop", 1);
        await program.WrittenAsync();

        var topic = scenario.OnCluster(Topics.Logs);
        using var admin = scenario.Admin();
        Assert.Equal(3, admin.GetMetadata(topic, TimeSpan.FromSeconds(20)).Topics.Single().Partitions.Count);
        var config = (await admin.DescribeConfigsAsync([new() { Type = Confluent.Kafka.Admin.ResourceType.Topic, Name = topic }])).Single();
        Assert.Equal("86400000", config.Entries["retention.ms"].Value);
        Assert.Single(Read(scenario));
    }

    [Fact]
    public async Task What_is_logged_while_the_broker_is_away_is_bounded_and_arrives_afterwards()
    {
        const int Room = 400;
        // Other tests run on the common one.
        await using var own = new RealBroker();
        await using var scenario = await Scenario.OpenAsync(own, new TestTopic(Topics.Logs, 3));
        using var program = new LoggingProgram(
            scenario.BootstrapServers, scenario.OnCluster(""), ("Logs:MaxRecords", $"{Room}"), ("Logs:RecordsPerSecond", "10000"), ("Kafka:ReconnectBackoffMaxMs", "100"));
        program.Log(LogLevel.Information, "Shop", -1);
        await program.WrittenAsync();

        var kafka = await own.Kafka;
        await kafka.KillAsync(1);
        try
        {
            for (var i = 0; i < 300; i++)
                program.Log(LogLevel.Information, "Shop", i);
            // The client holds some of them by now, and the errors come all the same.
            await Eventually.IsAsync(() => program.Buffer.Waiting < 300, () => "the client takes nothing");
            for (var i = 0; i < 10_000; i++)
                program.Log(i % 100 == 0 ? LogLevel.Error : LogLevel.Information, "Shop", i);
            Assert.InRange(program.Buffer.Records, Room / 2, Room);
        }
        finally
        {
            await kafka.RestartAsync(1);
        }
        await program.WrittenAsync();
        await Eventually.IsAsync(() => Told(Read(scenario)).Values.Sum() == program.Metrics.Dropped.Total, () => "not all that was dropped is told");

        var records = Read(scenario);
        Assert.Equal(10_301, program.Metrics.Emitted.Total);
        Assert.Equal(100, records.Count(record => record.Level == "error"));
        Assert.Equal(10_301, records.Count(record => record.Category == "Shop") + Told(records).Values.Sum());
    }

    [Fact]
    public async Task A_topic_that_was_deleted_is_made_again()
    {
        await using var scenario = await OpenAsync();
        using var program = new LoggingProgram(scenario.BootstrapServers, scenario.OnCluster(""));
        program.Log(LogLevel.Information, "Shop", 1);
        await program.WrittenAsync();

        await scenario.DeleteAsync(scenario.OnCluster(Topics.Logs));
        var number = 0;
        await Eventually.IsAsync(
            () =>
            {
                var written = program.Metrics.Written.Total;
                program.Log(LogLevel.Information, "Shop", ++number);
                return written > 1;
            },
            () => "nothing is written");
        await program.WrittenAsync();

        Assert.NotEmpty(Read(scenario));
    }
}

/// <summary>A program that logs.</summary>
internal sealed class LoggingProgram : IDisposable
{
    private readonly IHost _host;
    private readonly Said _said = new();

    public LoggingProgram(string bootstrapServers, string prefix, params (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
            [new("ConnectionStrings:kafka", bootstrapServers), new("Kafka:Prefix", prefix), new("Logging:LogLevel:Default", "Information")]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddProvider(_said);
        builder.AddKafkaLogs("testing");
        _host = builder.Build();
        Provider = _host.Services.GetServices<ILoggerProvider>().OfType<KafkaLogs>().Single();
    }

    public LogMetrics Metrics => Provider.Metrics;

    public LogBuffer Buffer => Provider.Buffer;

    /// <summary>What the library logs.</summary>
    public IEnumerable<string> Failures => _said.Lines;

    private KafkaLogs Provider { get; }

    public ILogger LoggerOf(string category) => _host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

#pragma warning disable CA1848, CA1873 // Logs whatever a test wants.
    public void Log(LogLevel level, string category, object number) => LoggerOf(category).Log(level, "It is {Number}", number);
#pragma warning restore CA1848, CA1873

    /// <summary>Waits until the fate of everything that was logged is known.</summary>
    public Task WrittenAsync() => Eventually.IsAsync(
        () => Metrics.Emitted.Total == Metrics.Written.Total + Metrics.Dropped.Total,
        () => $"{Metrics.Emitted.Total} emitted, {Metrics.Written.Total} written, {Metrics.Dropped.Total} dropped, {Buffer.Records} wait; {string.Join(", ", Failures)}");

    public void Dispose() => _host.Dispose();

    private sealed class Said : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => categoryName == LogMetrics.Name ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
