namespace Ticketing.Standalone.Children;

/// <summary>Notices a child that ends without having been asked.</summary>
internal sealed class ChildWatch(IReadOnlyList<ChildProcess> children)
{
    private static readonly TimeSpan SignalGrace = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits for <paramref name="work"/>, but no longer than all children run.</summary>
    public async Task WhileAllRunAsync(Task work, CancellationToken stop)
    {
        var first = await Task.WhenAny([work, .. children.Select(child => child.Exited)]);
        if (first == work)
        {
            await work;
            return;
        }

        // Ctrl-C reaches the children as well, and one of them may be faster than our own handler.
        await Task.Delay(SignalGrace, stop);
        var dead = children.First(child => child.Exited == first);
        throw new LaunchException($"{dead.Name} ended by itself with exit code {await dead.Exited}{dead.LastLines}");
    }
}
