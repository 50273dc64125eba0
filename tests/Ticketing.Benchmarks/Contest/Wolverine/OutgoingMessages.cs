using System.Data.Common;
using Wolverine;
using Wolverine.Persistence.Durability;
using Wolverine.RDBMS;

namespace Ticketing.Benchmarks.Contests.WithWolverine;

/// <summary>What a handler publishes is stored in its transaction all at once. Left to itself, Wolverine stores each with a statement of its own.</summary>
internal sealed class OutgoingMessages(IMessageDatabase database, DbTransaction transaction) : IEnvelopeTransaction
{
    private readonly List<Envelope> _envelopes = [];

    public Task StoreAsync() => _envelopes.Count == 0 ? Task.CompletedTask : database.StoreOutgoingAsync(transaction, [.. _envelopes]);

    public Task PersistOutgoingAsync(Envelope envelope)
    {
        _envelopes.Add(envelope);
        return Task.CompletedTask;
    }

    public Task PersistOutgoingAsync(Envelope[] envelopes)
    {
        _envelopes.AddRange(envelopes);
        return Task.CompletedTask;
    }

    public Task PersistIncomingAsync(Envelope envelope) => database.StoreIncomingAsync(transaction, [envelope]);

    public ValueTask RollbackAsync() => new(transaction.RollbackAsync());

    // For listeners without an inbox.
    public Task<bool> TryMakeEagerIdempotencyCheckAsync(Envelope envelope, DurabilitySettings settings, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
