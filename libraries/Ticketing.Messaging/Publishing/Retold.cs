using Ticketing.Contracts;

namespace Ticketing.Messaging.Publishing;

/// <summary>Documents whose state can be told again.</summary>
internal interface IRetold
{
    /// <summary>Tells the state of every document that has something to tell on a topic, and says how many there were.</summary>
    Task<int> RetellAsync(string topic, int page, CancellationToken cancellation);
}

/// <summary>The same for one type.</summary>
internal sealed class Retold<T>(Repository<T> repository, Func<T, IReadOnlyList<Event>> tell) : IRetold
    where T : class
{
    public async Task<int> RetellAsync(string topic, int page, CancellationToken cancellation)
    {
        var told = 0;
        IReadOnlyList<string> ids = [];
        do
        {
            ids = await repository.Store.ListIdsAsync(page, ids is [.., var last] ? last : null, cancellation);
            // What changes meanwhile tells of its change only, and may have more to tell.
            for (var left = ids; left.Count > 0;)
            {
                var changed = 0;
                var refused = await repository.UpdateManyAsync(left, Tell, cancellation);
                told += changed - refused.Count;
                left = refused;

                Decision<T> Tell(T state)
                {
                    var events = tell(state).Where(@event => @event.Topic == topic).ToArray();
                    changed += events.Length > 0 ? 1 : 0;
                    return events.Length == 0 ? Decision<T>.Nothing : new(state, events);
                }
            }
        }
        while (ids.Count == page);
        return told;
    }
}
