
namespace Ticketing.Messaging;

/// <summary>Documents whose state can be told again.</summary>
internal interface IRetold
{
    /// <summary>Tells the state of every document that has something to tell on a topic, and says how many there were.</summary>
    Task<int> RetellAsync(string topic, CancellationToken cancellation);
}

/// <summary>The same for one type.</summary>
internal sealed class Retold<T>(Repository<T> repository, Func<T, IReadOnlyList<IEvent>> tell) : IRetold
    where T : class
{
    private const int Page = 200;

    public async Task<int> RetellAsync(string topic, CancellationToken cancellation)
    {
        var told = 0;
        IReadOnlyList<string> ids = [];
        do
        {
            ids = await repository.Store.ListIdsAsync(Page, ids is [.., var last] ? last : null, cancellation);
            // What changes meanwhile tells of its change only, and may have more to tell.
            for (var left = ids; left.Count > 0; told -= left.Count)
                left = await repository.UpdateManyAsync(left, (state, _) => Tell(state), cancellation);
        }
        while (ids.Count == Page);
        return told;

        Decision<T> Tell(T state)
        {
            var events = tell(state).Where(@event => @event.Type.Topic == topic).ToArray();
            if (events.Length == 0)
                return Decision<T>.Nothing;
            told++;
            return new(state, events);
        }
    }
}
