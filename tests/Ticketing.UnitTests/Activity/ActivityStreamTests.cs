using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Ticketing.Activities;
using Ticketing.ActivityLog;

namespace Ticketing.UnitTests.ActivityTests;

/// <summary>What a stream tells, and when it is silent.</summary>
public sealed class ActivityStreamTests : IDisposable
{
    private static readonly Retention Small = new(TimeSpan.FromDays(7), 100_000);

    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly MemoryActivityStore _store = new(Small, TimeProvider.System);

    public void Dispose() => _end.Dispose();

    [Fact]
    public async Task It_begins_with_what_is_new_and_tells_what_others_store()
    {
        await AppendAsync("old");
        await using var stream = Read(null);
        Assert.Null(await NextAsync(stream));
        var next = NextAsync(stream);
        // By another instance: nobody tells this one.
        await AppendAsync("new", "more");
        Assert.Equal("new", Message(await next));
        Assert.Equal("more", Message(await NextAsync(stream)));
        // Nothing to say is said, too.
        Assert.Null(await NextAsync(stream));
    }

    [Fact]
    public async Task It_goes_on_behind_the_last_one_and_says_what_is_gone()
    {
        await AppendAsync("one", "two", "three");
        var first = (await _store.TailAsync(ActivityFilter.All, 0, 10, _end.Token)).Entries[0].Sequence;
        await using var stream = Read(first);
        Assert.Null(await NextAsync(stream));
        Assert.Equal("two", Message(await NextAsync(stream)));
        var three = (await NextAsync(stream))!.Value;
        Assert.Equal(("three", $"{first + 2}"), (Message(three), three.EventId));

        await AppendAsync([.. Enumerable.Range(0, 200).Select(i => $"{i} {new string('x', 1000)}")]);
        await using var late = Read(first + 1);
        Assert.Null(await NextAsync(late));
        Assert.Equal(("gap", $"{{\"after\":{first + 1}}}"), await NextAsync(late) is { } gap ? (gap.EventType, gap.Data) : default);
        Assert.StartsWith("1", Message(await NextAsync(late)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_begins_anew_is_told_from_its_beginning()
    {
        await AppendAsync("one");
        await using var stream = Read(long.MaxValue);
        Assert.Null(await NextAsync(stream));
        Assert.Equal("gap", (await NextAsync(stream))!.Value.EventType);
        Assert.Equal("one", Message(await NextAsync(stream)));
    }

    [Fact]
    public async Task It_tells_only_what_is_wanted()
    {
        await using var stream = Read(0, new() { Text = "wanted" });
        Assert.Null(await NextAsync(stream));
        await AppendAsync([.. Enumerable.Range(0, 300).Select(i => i == 299 ? "wanted" : "not")]);
        Assert.Equal("wanted", Message(await NextAsync(stream)));
    }

    private static string? Message(SseItem<string>? one) => one is { EventType: "entry" } item ? JsonDocument.Parse(item.Data).RootElement.GetProperty("message").GetString() : one?.EventType;

    private static async Task<SseItem<string>?> NextAsync(IAsyncEnumerator<SseItem<string>?> stream)
    {
        Assert.True(await stream.MoveNextAsync());
        return stream.Current;
    }

    private IAsyncEnumerator<SseItem<string>?> Read(long? after, ActivityFilter? filter = null)
    {
        var options = Options.Create(new ActivityOptions { Poll = TimeSpan.FromMilliseconds(20), Heartbeat = TimeSpan.FromMilliseconds(200) });
        var json = Options.Create(new JsonOptions());
        var recorder = new Recorder(_store, options, TimeProvider.System);
        return new ActivityStream(_store, recorder, options, json, TimeProvider.System).ReadAsync(filter ?? ActivityFilter.All, after, _end.Token).GetAsyncEnumerator(_end.Token);
    }

    private Task AppendAsync(params string[] messages) => _store.AppendAsync(
        [.. messages.Select(message => new ActivityEntry { Id = $"{Guid.NewGuid()}", At = DateTimeOffset.UtcNow, Kind = ActivityKind.Log, Message = message })], _end.Token);
}
