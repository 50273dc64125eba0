using Confluent.Kafka;
using Npgsql;

namespace Ticketing.Benchmarks.Contests.HandWritten;

/// <summary>
/// What a senior engineer writes in an afternoon with Confluent.Kafka and Npgsql alone. A polled batch is one transaction: the inbox, the
/// documents, the outbox. Offsets are stored behind it, and a relay publishes the outbox. Whatever fails ends the program, and it starts again.
/// </summary>
internal static class HandWrittenLoop
{
    private const int BatchSize = 1000;

    public static async Task RunAsync(ContestRun run)
    {
        await using var database = await DocumentsTable.OpenAsync(run, BatchTransaction.Tables);
        using var relay = new OutboxRelay(database, run.Input.BootstrapServers, run.Input.Answers);
        var relaying = Task.Run(relay.RunAsync);
        var consuming = Task.Run(() => ConsumeAsync(run, database, relay));
        // Whichever fails, fails the run.
        await await Task.WhenAny(consuming, relaying);
        await relaying;
        await run.EndAsync(BatchTransaction.Outbox);
    }

    private static async Task ConsumeAsync(ContestRun run, NpgsqlDataSource database, OutboxRelay relay)
    {
        using var consumer = new ConsumerBuilder<string, byte[]>(new ConsumerConfig
        {
            BootstrapServers = run.Input.BootstrapServers,
            GroupId = run.Name,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            // What is stored is committed in the background, and when partitions are given up.
            EnableAutoOffsetStore = false,
        }).Build();
        consumer.Subscribe(run.Input.Name);
        for (var handled = 0; handled < run.Input.Events;)
        {
            var records = Poll(consumer);
            if (records.Count == 0)
                continue;
            run.Begin();
            await BatchTransaction.RunAsync(database, records);
            foreach (var partition in records.GroupBy(record => record.TopicPartition))
                consumer.StoreOffset(partition.Last());
            relay.Wake();
            handled += records.Count;
        }
        consumer.Close();
        relay.Complete();
    }

    /// <summary>What is there, without waiting for more.</summary>
    private static List<ConsumeResult<string, byte[]>> Poll(IConsumer<string, byte[]> consumer)
    {
        var records = new List<ConsumeResult<string, byte[]>>(BatchSize);
        for (var wait = TimeSpan.FromMilliseconds(100); records.Count < BatchSize && consumer.Consume(wait) is { } record; wait = TimeSpan.Zero)
            records.Add(record);
        return records;
    }
}
