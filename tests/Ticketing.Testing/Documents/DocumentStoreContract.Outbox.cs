using System.Text;
using Ticketing.Documents;

namespace Ticketing.Testing.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Events_come_back_with_every_field_and_byte()
    {
        // Not how a database would write this JSON.
        var data = Encoding.UTF8.GetBytes("""{"z":1, "a" : 1.50,"z":"again","ü":"\u00fc 🎟️","nested":{"b":[],"a":null}} """);
        var full = new OutboxEvent(
            1, "notes/a/1.0", "topic", "key 🎟️", "note.changed", data, new(2025, 2, 13, 12, 0, 0, 1, 2, TimeSpan.Zero),
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "vendor=value,other=1");
        var bare = full with { Id = "notes/a/1.1", Data = Array.Empty<byte>(), TraceParent = null, TraceState = null };
        var store = await StoreAsync();
        await WriteAsync(store, Document("a", 1, null, full, bare));

        var stored = (await store.LoadAsync("a", Cancellation))!.Outbox;

        Assert.Equal(2, stored.Length);
        Assert.Equal(data, stored[0].Data.ToArray());
        Assert.Equal(full, stored[0] with { Data = full.Data });
        Assert.True(stored[1].Data.IsEmpty);
        Assert.Equal(bare, stored[1] with { Data = bare.Data });
    }

    [Fact]
    public async Task Events_stay_in_the_order_of_their_writes()
    {
        var store = await StoreAsync();
        await WriteAsync(store, Document("a", 1, null, Event("a", 1, 2), Event("a", 1, 1)));
        await WriteAsync(store, Document("a", 2, null, Event("a", 1, 2), Event("a", 1, 1), Event("a", 2, 1), Event("a", 2, 0)));
        Assert.Equal(["notes/a/1.2", "notes/a/1.1", "notes/a/2.1", "notes/a/2.0"], EventIds(await store.LoadAsync("a", Cancellation)));
    }

    [Fact]
    public async Task A_write_adds_events_of_its_own_revision_only()
    {
        var store = await StoreAsync();
        await WriteAsync(store, Document("a", 1, null, Event("a", 7), Event("a", 1), Event("a", 0)));
        Assert.Equal(["notes/a/1.0"], EventIds(await store.LoadAsync("a", Cancellation)));

        // Neither does it have to repeat the older ones.
        await WriteAsync(store, Document("a", 2, null, Event("a", 2)));
        Assert.Equal(["notes/a/1.0", "notes/a/2.0"], EventIds(await store.LoadAsync("a", Cancellation)));

        // Nor can it change them.
        await WriteAsync(store, Document("a", 3, null, Event("a", 1, 8), Event("a", 2, 8)));
        Assert.Equal(["notes/a/1.0", "notes/a/2.0"], EventIds(await store.LoadAsync("a", Cancellation)));
    }

    [Fact]
    public async Task Published_events_are_removed_up_to_their_revision()
    {
        var store = await StoreAsync();
        await WriteRevisionsAsync(store, "a", 4);
        await WriteRevisionsAsync(store, "b", 2);

        await store.RemovePublishedAsync([new("a", 2), new("missing", 5)], Cancellation);

        Assert.Equal(["notes/a/3.0", "notes/a/4.0"], EventIds(await store.LoadAsync("a", Cancellation)));
        Assert.Equal(2, EventIds(await store.LoadAsync("b", Cancellation)).Length);
        Assert.Null(await store.LoadAsync("missing", Cancellation));
    }

    [Fact]
    public async Task Removing_neither_checks_nor_changes_revision_or_state()
    {
        var store = await StoreAsync();
        var before = await WriteRevisionsAsync(store, "a", 3);

        await store.RemovePublishedAsync([new("a", 99)], Cancellation);
        await store.RemovePublishedAsync([new("a", 1)], Cancellation);
        await store.RemovePublishedAsync([], Cancellation);

        var after = (await store.LoadAsync("a", Cancellation))!;
        Assert.Equal((before.Revision, before.State), (after.Revision, after.State));
        Assert.Empty(after.Outbox);
        Assert.True(await WriteAsync(store, Document("a", 4)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_write_made_from_an_older_load_does_not_bring_removed_events_back(long removed)
    {
        var store = await StoreAsync();
        var loaded = await WriteRevisionsAsync(store, "a", 3);
        await store.RemovePublishedAsync([new("a", removed)], Cancellation);

        Assert.True(await WriteAsync(store, loaded with { Revision = 4, Outbox = loaded.Outbox.Add(Event("a", 4)) }));

        Assert.Equal(
            Enumerable.Range(1, 4).Where(revision => revision > removed).Select(revision => $"notes/a/{revision}.0"),
            EventIds(await store.LoadAsync("a", Cancellation)));
    }

    [Fact]
    public async Task A_removal_decided_before_a_write_does_not_take_the_events_of_that_write()
    {
        var store = await StoreAsync();
        await WriteRevisionsAsync(store, "a", 3);
        await store.RemovePublishedAsync([new("a", 2)], Cancellation);
        Assert.Equal(["notes/a/3.0"], EventIds(await store.LoadAsync("a", Cancellation)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(100)]
    public async Task The_ids_of_all_documents_are_listed_page_by_page(int limit)
    {
        var store = await StoreAsync();
        string[] ids = ["B", "a", "b", "ä", "C", "c", "10", "9"];
        Assert.Empty(await store.ListIdsAsync(limit, cancellation: Cancellation));
        await store.WriteManyAsync([.. ids.Select((id, i) => i % 2 == 0 ? Document(id, 1) : Document(id, 1, null, Event(id, 1)))], Cancellation);

        var found = new List<string>();
        IReadOnlyList<string> page;
        do
        {
            page = await store.ListIdsAsync(limit, found.LastOrDefault(), Cancellation);
            found.AddRange(page);
        }
        while (page.Count == limit);
        Assert.Equal(ids.Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public async Task Documents_with_unpublished_events_are_found_by_id_page_by_page()
    {
        var store = await StoreAsync();
        string[] ids = ["B", "a", "b", "ä", "C", "c", "10", "9"];
        await store.WriteManyAsync([.. ids.Select(id => Document(id, 1, null, Event(id, 1))), Document("quiet", 1)], Cancellation);
        Assert.Equal(ids.Order(StringComparer.Ordinal), await PagesAsync(3));
        Assert.Equal(ids.Order(StringComparer.Ordinal), await PagesAsync(ids.Length));

        await store.RemovePublishedAsync([new("b", 1), new("C", 0)], Cancellation);
        Assert.Equal(ids.Except(["b"]).Order(StringComparer.Ordinal), await PagesAsync(2));

        Assert.True(await WriteAsync(store, Document("b", 2)));
        Assert.Equal(ids.Except(["b"]).Order(StringComparer.Ordinal), await PagesAsync(1));
        Assert.True(await WriteAsync(store, Document("b", 3, null, Event("b", 3))));
        Assert.Equal(ids.Order(StringComparer.Ordinal), await PagesAsync(100));

        async Task<List<string>> PagesAsync(int limit)
        {
            var found = new List<string>();
            IReadOnlyList<DocumentOutbox> page;
            do
            {
                page = await store.FindUnpublishedAsync(limit, found.LastOrDefault(), Cancellation);
                Assert.True(page.Count <= limit);
                Assert.All(page, outbox => Assert.NotEmpty(outbox.Events));
                found.AddRange(page.Select(outbox => outbox.Id));
            }
            while (page.Count == limit);
            return found;
        }
    }
}
