using System.Collections.Concurrent;
using Ticketing.Documents;
using Ticketing.Testing;
using Ticketing.Testing.Documents;

namespace Ticketing.Messaging.Tests;

/// <summary>Work that falls due on documents.</summary>
[Collection(On.EmbeddedBroker)]
public sealed class DueWorkTests(EmbeddedBrokers brokers)
{
    [Fact]
    public async Task Work_is_done_when_it_falls_due_and_not_before()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var started = new ConcurrentDictionary<string, DateTimeOffset>();
        var notes = await StartAsync(scenario, started);
        var now = DateTimeOffset.UtcNow;

        await WriteAsync(notes, "later", now.AddMilliseconds(300));
        await WriteAsync(notes, "never", now.AddHours(1));
        await WriteAsync(notes, "overdue", now.AddHours(-1));
        await Eventually.IsAsync(() => started.Count == 2, () => string.Join(' ', started.Keys));

        Assert.True(started["later"] >= now.AddMilliseconds(300));
        Assert.Equal(["later", "overdue"], started.Keys.Order());
        Assert.Null((await notes.ViewAsync("later"))!.Shelf);
    }

    [Fact]
    public async Task A_restart_forgets_nothing_and_more_than_a_page_is_done()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var ids = scenario.Ids(2500);
        await scenario.Database.Store(Note.Type).WriteManyAsync(
            [.. ids.Select(id => new Document<Note>(id, 1, new(At: DateTimeOffset.UtcNow.AddDays(-1)), []))]);
        var started = new ConcurrentDictionary<string, DateTimeOffset>();
        await StartAsync(scenario, started);
        await Eventually.IsAsync(() => started.Count == ids.Length, () => $"{started.Count}");
    }

    [Fact]
    public async Task Until_the_next_one_falls_due_the_store_is_asked_about_once_a_second()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var database = new FaultyDatabase(scenario.Database);
        scenario.Database = database;
        var started = new ConcurrentDictionary<string, DateTimeOffset>();
        var notes = await StartAsync(scenario, started);
        var (before, due) = (database.Queries, DateTimeOffset.UtcNow.AddSeconds(3));

        await WriteAsync(notes, "soon", due);
        for (var i = 0; i < 100; i++)
            await WriteAsync(notes, $"later {i}", due.AddHours(1));
        await Eventually.IsAsync(() => started.Count == 1, () => string.Join(' ', started.Keys));

        Assert.True(started["soon"] >= due);
        // Every 50 ms would be 60 times.
        Assert.InRange(database.Queries - before, 1, 20);
    }

    [Fact]
    public async Task What_another_instance_wrote_is_found_although_nothing_is_due_here()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var started = new ConcurrentDictionary<string, DateTimeOffset>();
        var notes = await StartAsync(scenario, started);
        await WriteAsync(notes, "never", DateTimeOffset.UtcNow.AddHours(1));

        await notes.Store.WriteManyAsync([new("theirs", 1, new(At: DateTimeOffset.UtcNow, Shelf: "due"), [])]);
        await Eventually.IsAsync(() => started.Count == 1, () => string.Join(' ', started.Keys));
        Assert.Equal(["theirs"], started.Keys);
    }

    [Fact]
    public async Task What_throws_is_tried_again()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (started, failures) = (new ConcurrentDictionary<string, DateTimeOffset>(), 0);
        var notes = await StartAsync(scenario, started, () =>
        {
            if (Interlocked.Increment(ref failures) == 1)
                throw new InvalidOperationException("not yet");
        });
        await WriteAsync(notes, "due", DateTimeOffset.UtcNow);
        await Eventually.IsAsync(() => started.Count == 1, () => $"{failures} tries");
    }

    private static async Task<Repository<Note>> StartAsync(
        Scenario scenario, ConcurrentDictionary<string, DateTimeOffset> started, Action? before = null)
    {
        var service = await scenario.StartAsync(service => service.Documents(Ledger.Type).Documents(Note.Type)
            .WhenDue<Note, Repository<Note>>(Note.ByTime, async (notes, due, cancellation) =>
            {
                before?.Invoke();
                foreach (var document in due)
                    Assert.True(started.TryAdd(document.Id, DateTimeOffset.UtcNow));
                await notes.UpdateManyAsync([.. due.Select(document => document.Id)], (note, _) => new(note with { At = default, Shelf = null }), cancellation);
            }));
        return service.Get<Repository<Note>>();
    }

    private static async Task WriteAsync(Repository<Note> notes, string id, DateTimeOffset at) =>
        await notes.ExecuteAsync(id, _ => new Decision<Note>(new Note(At: at, Shelf: "due")));
}
