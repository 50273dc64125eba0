using Ticketing.Standalone.Children;

namespace Ticketing.Standalone.Stores;

/// <summary>A store that needs nothing of the launcher. If it is away, that is the services' business: they wait for it.</summary>
internal sealed class ExistingStore(IReadOnlyDictionary<string, string>? settings = null) : IStore
{
    public IReadOnlyDictionary<string, string> ClientSettings { get; } = settings ?? new Dictionary<string, string>();

    public IReadOnlyList<ChildProcess> Children => [];

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
