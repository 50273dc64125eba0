using Npgsql;
using Ticketing.Benchmarks.Runtime;
using Wolverine;
using Wolverine.RDBMS;
using Wolverine.Runtime;

namespace Ticketing.Benchmarks.Contests.WithWolverine;

/// <summary>Handles a batch in one transaction: its documents and its outgoing messages.</summary>
public sealed class OrderBatchHandler
{
    public static async Task HandleAsync(
        OrderBatch batch, MessageContext context, NpgsqlDataSource database, BatchProgress progress, CancellationToken cancellation)
    {
        progress.Begin();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var outgoing = new OutgoingMessages((IMessageDatabase)context.Runtime.Storage, transaction);
        await context.EnlistInOutboxAsync(outgoing);

        var known = await LoadAsync(connection, batch, cancellation);
        var changed = new Dictionary<string, FollowedOrder>();
        foreach (var @event in batch.Events)
        {
            if (FollowedOrder.Follow(known.GetValueOrDefault(@event.OrderId), @event) is not { } next)
                continue;
            known[next.Id] = changed[next.Id] = next;
            var answer = FollowedOrder.Answer(@event);
            await context.PublishAsync(answer, new DeliveryOptions { GroupId = answer.Key });
        }
        await StoreAsync(connection, [.. changed.Values], batch.Members, cancellation);
        await outgoing.StoreAsync();
        await transaction.CommitAsync(cancellation);
        progress.Handled(batch.Events.Count);
    }

    private static async Task<Dictionary<string, FollowedOrder>> LoadAsync(NpgsqlConnection connection, OrderBatch batch, CancellationToken cancellation)
    {
        await using var command = new NpgsqlBatch(connection) { BatchCommands = { DocumentsTable.Select(batch.Events.Select(@event => @event.OrderId)) } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await DocumentsTable.ReadAsync(reader);
    }

    private static async Task StoreAsync(
        NpgsqlConnection connection, List<FollowedOrder> orders, IReadOnlyList<Envelope> handled, CancellationToken cancellation)
    {
        await using var command = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                DocumentsTable.Upsert(orders),
                // Left to itself, Wolverine does this with a statement per message, behind the transaction: it took most of the server's time.
                DocumentsTable.Command(
                    "update wolverine_incoming_envelopes set status = 'Handled', keep_until = now() + interval '5 minutes' where id = any($1)",
                    DocumentsTable.Array(handled, envelope => envelope.Id)),
            },
        };
        await command.ExecuteNonQueryAsync(cancellation);
        DocumentsTable.Check(command.BatchCommands[0], orders.Count);
    }
}
