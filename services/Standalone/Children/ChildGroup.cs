using System.Collections;

namespace Ticketing.Standalone.Children;

/// <summary>Children that are stopped together; whoever does not stop in time is killed.</summary>
internal sealed class ChildGroup(TimeSpan grace) : IAsyncDisposable, IEnumerable<ChildProcess>
{
    private readonly List<ChildProcess> _children = [];

    public void Add(ChildProcess child) => _children.Add(child);

    public async ValueTask DisposeAsync() => await Task.WhenAll(_children.Select(child => child.StopAsync(grace)));

    public IEnumerator<ChildProcess> GetEnumerator() => _children.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
