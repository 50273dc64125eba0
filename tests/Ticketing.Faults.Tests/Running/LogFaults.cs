using Confluent.Kafka;
using Ticketing.Faults.Tests.Load;
using Ticketing.Messaging;
using Ticketing.Testing;

namespace Ticketing.Faults.Tests.Running;

/// <summary>Topics lose what was published to them. What can be known of it is kept for the checker.</summary>
internal sealed class LogFaults(Fleet fleet, RunEnvironment environment, RunBroker broker, LogReader log, LostLogs lost, Person operating)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>A topic is deleted under load. The shop makes it again.</summary>
    public async Task<bool> DeleteTopicAsync(int choice)
    {
        var topic = WholeShop.Topics[choice % WholeShop.Topics.Count];
        using var admin = Admin();
        if (!HasPartitions(admin, topic))
            return false;
        await LoseAsync([topic], () => admin.DeleteTopicsAsync([topic], new() { RequestTimeout = Timeout, OperationTimeout = Timeout }));
        await Eventually.IsAsync(() => HasPartitions(admin, topic), () => $"topic {topic} is not made again");
        return true;
    }

    /// <summary>A topic's records are deleted while its readers are frozen. Then an operator lets its publisher tell everything again.</summary>
    public async Task<bool> DeleteRecordsAsync(int choice)
    {
        var topic = WholeShop.Topics[choice % WholeShop.Topics.Count];
        using var admin = Admin();
        if (!HasPartitions(admin, topic))
            return false;
        var readers = fleet.Of(WholeShop.Services.Where(service => service.Groups.Any(group => group.Topic == topic)).Select(service => service.Name));
        foreach (var reader in readers)
            await reader.Busy.WaitAsync();
        try
        {
            await Task.WhenAll(readers.Select(reader => reader.SignalAsync("STOP")));
            await LoseAsync([topic], () => admin.DeleteRecordsAsync(
                Enumerable.Range(0, KafkaNames.Partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.End)),
                new() { RequestTimeout = Timeout, OperationTimeout = Timeout }));
        }
        finally
        {
            await Task.WhenAll(readers.Select(reader => reader.SignalAsync("CONT")));
            foreach (var reader in readers)
                reader.Busy.Release();
        }
        var publisher = WholeShop.Services.Single(service => service.PublishedTopics.Contains(topic)).Name;
        await operating.RetellAsync(fleet.Projects.Single(project => string.Equals(project, publisher, StringComparison.OrdinalIgnoreCase)));
        return true;
    }

    /// <summary>The broker and every service are killed, as if the machine had lost its power, and the next broker has nothing.</summary>
    public async Task<bool> LoseBrokerAsync()
    {
        foreach (var instance in fleet.All)
            await instance.Busy.WaitAsync();
        await Task.WhenAll(fleet.All.Select(instance => instance.KillAsync()));
        await LoseAsync([], broker.ForgetAsync);
        foreach (var instance in fleet.All)
        {
            await instance.StartAsync();
            instance.Busy.Release();
        }
        return true;
    }

    // All of them if none is named.
    private async Task LoseAsync(IReadOnlyCollection<string> topics, Func<Task> lose)
    {
        var records = await Task.Run(() => log.ReadAll(topics));
        await lost.LoseAsync(records.ToLookup(record => record.Topic), topics.Count > 0 ? topics : log.Topics(), lose);
        environment.Log("faults", $"{records.Count} records are lost");
    }

    private IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.BootstrapServers })
        .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    // Of all topics: to ask for one that is not there is an error.
    private static bool HasPartitions(IAdminClient admin, string name) => admin.GetMetadata(Timeout).Topics
        .Exists(topic => topic.Topic == name && topic.Error.Code == ErrorCode.NoError && topic.Partitions.Count == KafkaNames.Partitions);
}
