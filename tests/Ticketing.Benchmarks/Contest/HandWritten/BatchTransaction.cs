using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Npgsql;
using NpgsqlTypes;
using Ticketing.Benchmarks.Runtime;
using Ticketing.Contracts;

namespace Ticketing.Benchmarks.Contests.HandWritten;

/// <summary>Handles a batch in one transaction of three round trips: what is new and what is known, what changes, the commit.</summary>
internal static class BatchTransaction
{
    public static async Task RunAsync(NpgsqlDataSource database, List<ConsumeResult<string, byte[]>> records)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var (unseen, documents) = await ReadAsync(connection, records);
        var changed = new HashSet<string>();
        var answers = new List<PaymentCreated>();
        foreach (var record in records)
        {
            if (!unseen.Remove(IdOf(record)) || EventJson.Deserialize(record.Message.Value) is not OrderEvent @event)
                continue;
            if (FollowedOrder.Follow(documents.GetValueOrDefault(@event.OrderId), @event) is not { } next)
                continue;
            documents[next.Id] = next;
            changed.Add(next.Id);
            answers.Add(FollowedOrder.Answer(@event));
        }
        if (changed.Count > 0)
            await WriteAsync(connection, [.. changed.Order(StringComparer.Ordinal).Select(id => documents[id])], answers);
        await transaction.CommitAsync();
    }

    private static async Task<(HashSet<string> Unseen, Dictionary<string, FollowedOrder> Documents)> ReadAsync(
        NpgsqlConnection connection, List<ConsumeResult<string, byte[]>> records)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Command("insert into inbox (id) select unnest($1) on conflict do nothing returning id", Array(records, IdOf)),
                Command("select state from documents where id = any($1)", Array([.. records.Select(record => record.Message.Key).Distinct()], key => key)),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync();
        var unseen = new HashSet<string>();
        while (await reader.ReadAsync())
            unseen.Add(reader.GetString(0));
        await reader.NextResultAsync();
        var documents = new Dictionary<string, FollowedOrder>();
        while (await reader.ReadAsync())
        {
            var order = JsonSerializer.Deserialize(reader.GetString(0), BenchmarkJson.Default.FollowedOrder)!;
            documents.Add(order.Id, order);
        }
        return (unseen, documents);
    }

    private static async Task WriteAsync(NpgsqlConnection connection, List<FollowedOrder> orders, List<PaymentCreated> answers)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Command(
                    """
                    insert into documents as d (id, version, state) select * from unnest($1, $2, $3)
                    on conflict (id) do update set version = excluded.version, state = excluded.state where d.version < excluded.version
                    """,
                    Array(orders, order => order.Id), Array(orders, order => order.Version),
                    Array(orders, order => JsonSerializer.Serialize(order, BenchmarkJson.Default.FollowedOrder), NpgsqlDbType.Jsonb)),
                Command(
                    "insert into outbox (id, key, type, value) select * from unnest($1, $2, $3, $4)",
                    Array(answers, answer => $"payments/{answer.Id}/{answer.Version}.0"), Array(answers, answer => answer.Key),
                    Array(answers, EventJson.TypeOf), Array(answers, EventJson.Serialize)),
            },
        };
        await batch.ExecuteNonQueryAsync();
        if (batch.BatchCommands[0].RecordsAffected != orders.Count)
            throw new InvalidOperationException("Somebody else has changed a document meanwhile.");
    }

    private static string IdOf(ConsumeResult<string, byte[]> record) => Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes("ce_id"));

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    private static NpgsqlParameter<TValue[]> Array<T, TValue>(List<T> items, Func<T, TValue> value, NpgsqlDbType? type = null)
    {
        var parameter = new NpgsqlParameter<TValue[]> { TypedValue = [.. items.Select(value)] };
        if (type is { } element)
            parameter.NpgsqlDbType = NpgsqlDbType.Array | element;
        return parameter;
    }
}
