using System.Text;
using Confluent.Kafka;
using Npgsql;
using Ticketing.Benchmarks.Runtime;
using Ticketing.Contracts;

namespace Ticketing.Benchmarks.Contests.HandWritten;

/// <summary>Handles a batch in one transaction of three round trips: what is new and what is known, what changes, the commit.</summary>
internal static class BatchTransaction
{
    /// <summary>The inbox and the outbox. Nobody prunes the inbox, which a program that lives longer would have to.</summary>
    public const string Tables = $"""
        create table inbox (id text collate "C" primary key, received_at timestamptz not null default now());
        create table {Outbox} (position bigint generated always as identity primary key, id text not null, key text not null,
            type text not null, time timestamptz not null default now(), value bytea not null);
        """;

    public const string Outbox = "outbox";

    public static async Task RunAsync(NpgsqlDataSource database, List<ConsumeResult<string, byte[]>> records)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var (unseen, documents) = await ReadAsync(connection, records);
        var changed = new Dictionary<string, FollowedOrder>();
        var answers = new List<PaymentCreated>();
        foreach (var record in records)
        {
            if (!unseen.Remove(IdOf(record)) || EventJson.Deserialize(record.Message.Value) is not OrderEvent @event)
                continue;
            if (FollowedOrder.Follow(documents.GetValueOrDefault(@event.OrderId), @event) is not { } next)
                continue;
            documents[next.Id] = changed[next.Id] = next;
            answers.Add(FollowedOrder.Answer(@event));
        }
        if (changed.Count > 0)
            await WriteAsync(connection, [.. changed.Values], answers);
        await transaction.CommitAsync();
    }

    private static async Task<(HashSet<string> Unseen, Dictionary<string, FollowedOrder> Documents)> ReadAsync(
        NpgsqlConnection connection, List<ConsumeResult<string, byte[]>> records)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                DocumentsTable.Command("insert into inbox (id) select unnest($1) on conflict do nothing returning id", DocumentsTable.Array(records, IdOf)),
                DocumentsTable.Select(records.Select(record => record.Message.Key)),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync();
        var unseen = new HashSet<string>();
        while (await reader.ReadAsync())
            unseen.Add(reader.GetString(0));
        await reader.NextResultAsync();
        return (unseen, await DocumentsTable.ReadAsync(reader));
    }

    private static async Task WriteAsync(NpgsqlConnection connection, List<FollowedOrder> orders, List<PaymentCreated> answers)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                DocumentsTable.Upsert(orders),
                DocumentsTable.Command(
                    $"insert into {Outbox} (id, key, type, value) select * from unnest($1, $2, $3, $4)",
                    DocumentsTable.Array(answers, answer => $"payments/{answer.Id}/{answer.Version}.0"), DocumentsTable.Array(answers, answer => answer.Key),
                    DocumentsTable.Array(answers, _ => PaymentCreated.TypeName), DocumentsTable.Array(answers, EventJson.Serialize)),
            },
        };
        await batch.ExecuteNonQueryAsync();
        DocumentsTable.Check(batch.BatchCommands[0], orders.Count);
    }

    private static string IdOf(ConsumeResult<string, byte[]> record) => Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes("ce_id"));
}
