using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Npgsql;

namespace Ticketing.Benchmarks.Contests.HandWritten;

/// <summary>Publishes what is in the outbox, in its order, and deletes what the broker has acknowledged.</summary>
internal sealed class OutboxRelay(NpgsqlDataSource database, string bootstrapServers, string topic) : IDisposable
{
    private const int PageSize = 2000;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly IProducer<string, byte[]> _producer = new ProducerBuilder<string, byte[]>(new ProducerConfig
    {
        BootstrapServers = bootstrapServers,
        EnableIdempotence = true,
        LingerMs = 0,
        Partitioner = Partitioner.Murmur2Random,
        DeliveryReportFields = "none",
    }).Build();

    private readonly SemaphoreSlim _wake = new(0, 1);
    private volatile bool _isComplete;

    /// <summary>There is something new.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
            _wake.Release();
    }

    /// <summary>Nothing new will come.</summary>
    public void Complete()
    {
        _isComplete = true;
        Wake();
    }

    /// <summary>Runs until the outbox is complete and empty.</summary>
    public async Task RunAsync()
    {
        await using var connection = await database.OpenConnectionAsync();
        // Of several instances one publishes, or their records of one key could overtake each other.
        await using (var only = new NpgsqlCommand("select pg_advisory_lock(1)", connection))
            await only.ExecuteNonQueryAsync();
        while (true)
        {
            var wasComplete = _isComplete;
            var rows = await ReadAsync(connection);
            if (rows.Count > 0)
            {
                await PublishAsync(rows);
                await DeleteAsync(connection, rows);
            }
            else if (wasComplete)
            {
                return;
            }
            else
            {
                await _wake.WaitAsync(Period);
            }
        }
    }

    public void Dispose()
    {
        _producer.Dispose();
        _wake.Dispose();
    }

    private static async Task<List<(long Position, Message<string, byte[]> Message)>> ReadAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand($"select position, id, key, type, time, value from outbox order by position limit {PageSize}", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(long, Message<string, byte[]>)>();
        while (await reader.ReadAsync())
            rows.Add((reader.GetInt64(0), new()
            {
                Key = reader.GetString(2),
                Value = reader.GetFieldValue<byte[]>(5),
                Headers = new()
                {
                    { "ce_specversion", "1.0"u8.ToArray() },
                    { "ce_id", Encoding.UTF8.GetBytes(reader.GetString(1)) },
                    { "ce_source", "/bench"u8.ToArray() },
                    { "ce_type", Encoding.UTF8.GetBytes(reader.GetString(3)) },
                    { "ce_time", Encoding.UTF8.GetBytes(reader.GetDateTime(4).ToString("O", CultureInfo.InvariantCulture)) },
                },
            }));
        return rows;
    }

    private async Task PublishAsync(List<(long Position, Message<string, byte[]> Message)> rows)
    {
        var acknowledged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = rows.Count;
        foreach (var (_, message) in rows)
            _producer.Produce(topic, message, report =>
            {
                if (report.Error.IsError)
                    acknowledged.TrySetException(new KafkaException(report.Error));
                else if (Interlocked.Decrement(ref left) == 0)
                    acknowledged.TrySetResult();
            });
        await acknowledged.Task;
    }

    private static async Task DeleteAsync(NpgsqlConnection connection, List<(long Position, Message<string, byte[]> Message)> rows)
    {
        await using var command = new NpgsqlCommand("delete from outbox where position = any($1)", connection)
        {
            Parameters = { new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.Position)] } },
        };
        await command.ExecuteNonQueryAsync();
    }
}
