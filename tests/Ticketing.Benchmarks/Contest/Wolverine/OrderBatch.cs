using Ticketing.Contracts;
using Wolverine;
using Wolverine.Runtime.Batching;

namespace Ticketing.Benchmarks.Contests.WithWolverine;

/// <summary>An event as it was received.</summary>
public sealed record ReceivedOrderEvent(OrderEvent Event);

/// <summary>Events that are handled together.</summary>
/// <param name="Events">In the order in which they came.</param>
/// <param name="Members">How Wolverine knows each of them.</param>
public sealed record OrderBatch(IReadOnlyList<OrderEvent> Events, IReadOnlyList<Envelope> Members);

/// <summary>Wolverine's own batches do not tell a handler which rows of the inbox they are.</summary>
internal sealed class OrderBatcher : IMessageBatcher
{
    public Type BatchMessageType => typeof(OrderBatch);

    public IEnumerable<Envelope> Group(IReadOnlyList<Envelope> envelopes) =>
        envelopes.Count == 0 ? [] : [new Envelope(new OrderBatch([.. envelopes.Select(one => ((ReceivedOrderEvent)one.Message!).Event)], envelopes), envelopes)];
}
