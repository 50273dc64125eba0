using Ticketing.Standalone.Children;

namespace Ticketing.Standalone.Stores;

/// <summary>Where the services of a run keep their documents.</summary>
internal interface IStore : IAsyncDisposable
{
    /// <summary>What the services must be told of it.</summary>
    IReadOnlyDictionary<string, string> ClientSettings { get; }

    /// <summary>The processes that it lives in, as far as they are ours.</summary>
    IReadOnlyList<ChildProcess> Children { get; }
}
