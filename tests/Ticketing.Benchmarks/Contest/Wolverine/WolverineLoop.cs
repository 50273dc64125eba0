using Confluent.Kafka;
using JasperFx.CodeGeneration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Ticketing.Contracts;
using Wolverine;
using Wolverine.Kafka;
using Wolverine.Postgresql;

namespace Ticketing.Benchmarks.Contests.WithWolverine;

/// <summary>
/// The same with Wolverine, for throughput: records come into its durable inbox many at a time, one handler call is one transaction of many
/// events with its durable outbox, and its sender publishes many at a time.
/// </summary>
internal static class WolverineLoop
{
    public const int BatchSize = 500;
    private const int Waiting = 20_000;

    public static async Task RunAsync(ContestRun run)
    {
        await using var database = await DocumentsTable.OpenAsync(run);
        var progress = new BatchProgress(run);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(progress).AddSingleton(database);
        builder.UseWolverine(options => Configure(options, run, database));
        using var host = builder.Build();
        await host.StartAsync();
        await progress.Done;
        await run.EndAsync("wolverine_outgoing_envelopes");
        await host.StopAsync();
    }

    private static void Configure(WolverineOptions options, ContestRun run, NpgsqlDataSource database)
    {
        options.ApplicationAssembly = typeof(WolverineLoop).Assembly;
        options.CodeGeneration.TypeLoadMode = TypeLoadMode.Static;
        options.Discovery.DisableConventionalDiscovery().IncludeType<OrderBatchHandler>();
        // One instance, so nobody to elect.
        options.Durability.Mode = DurabilityMode.Solo;
        options.PersistMessagesWithPostgresql(database, run.Name);
        options.AddSerializer(new OrderEvents());

        options.UseKafka(run.Input.BootstrapServers).ConfigureConsumers(consumer =>
        {
            consumer.GroupId = run.Name;
            consumer.AutoOffsetReset = AutoOffsetReset.Earliest;
        }).UseCooperativeStickyAssignment();
        // In sequence up to the batches, which are handled in the order of their keys.
        options.ListenToKafkaTopic(run.Input.Name).UseInterop(new EventMapper()).MaximumMessagesToReceive(BatchSize)
            .UseDurableInbox(new(Waiting, Waiting / 2)).Sequential();
        options.BatchMessagesOf<ReceivedOrderEvent>(batching =>
        {
            batching.BatchSize = BatchSize;
            batching.TriggerTime = TimeSpan.FromMilliseconds(20);
            batching.Batcher = new OrderBatcher();
        }).Sequential();

        options.PublishMessage<PaymentCreated>().ToKafkaTopic(run.Input.Answers).UseInterop(new EventMapper()).UseIdempotentProducer()
            .ConfigureProducer(producer => producer.Partitioner = Partitioner.Murmur2Random)
            .MessageBatchSize(BatchSize).MessageBatchTimeout(TimeSpan.FromMilliseconds(20)).UseDurableOutbox();
    }
}
