using Ticketing.Documents;

namespace Ticketing.Testing.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Documents_with_exactly_a_key_are_found_in_the_order_of_their_ids()
    {
        var store = await ShelvedAsync("b:2", "a:1", "b:1", "B:1", "b:10", "bb:1", "ab:1");
        Assert.Equal(["b:1", "b:10", "b:2"], await QueryAsync(store, IndexQuery.Equal(Note.ByShelf, "b", 10)));
        Assert.Empty(await QueryAsync(store, IndexQuery.Equal(Note.ByShelf, "c", 10)));
    }

    [Fact]
    public async Task A_range_has_both_its_ends_in_ordinal_order()
    {
        var store = await ShelvedAsync("b:1", "B:1", "a:2", "a:1", "c:1", "ä:1", "_:1", "A:1", "10:1", "9:1", "a b:1", "ab:1", "a-b:1");
        Assert.Equal(["a:1", "a:2", "a b:1", "a-b:1", "ab:1", "b:1"], await QueryAsync(store, new(Note.ByShelf, "a", "b", 20)));
        Assert.Equal(
            ["10:1", "9:1", "A:1", "B:1", "_:1", "a:1", "a:2", "a b:1", "a-b:1", "ab:1", "b:1", "c:1", "ä:1"],
            await QueryAsync(store, new(Note.ByShelf, "", null, 20)));
        Assert.Equal(["c:1", "ä:1"], await QueryAsync(store, new(Note.ByShelf, "bb", null, 20)));
        Assert.Empty(await QueryAsync(store, new(Note.ByShelf, "b", "a", 20)));
        Assert.Empty(await QueryAsync(store, new(Note.ByShelf, "ac", "ad", 20)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task Pages_follow_each_other_over_equal_keys(int limit)
    {
        string[] all = ["a:1", "a:2", "a:3", "b:0", "b:1", "c:1", "c:2", "c:3", "c:4"];
        var store = await ShelvedAsync([.. all.Reverse()]);

        Assert.Equal(all, await PagesAsync(after => new(Note.ByShelf, "", null, limit, after)));
        Assert.Equal(all[3..], await PagesAsync(after => new(Note.ByShelf, "b", "c", limit, after)));
        Assert.Equal(all[5..], await PagesAsync(after => IndexQuery.Equal(Note.ByShelf, "c", limit, after?.Id)));
        Assert.Equal(all.Reverse(), await PagesAsync(after => new(Note.ByShelf, "", null, limit, after, Descending: true)));
        Assert.Equal(all[3..].Reverse(), await PagesAsync(after => new(Note.ByShelf, "b", "c", limit, after, Descending: true)));
        Assert.Equal(all[..3].Reverse(), await PagesAsync(after => new(Note.ByShelf, "a", "a", limit, after, Descending: true)));

        async Task<List<string>> PagesAsync(Func<IndexCursor?, IndexQuery> query)
        {
            var (found, after) = (new List<string>(), (IndexCursor?)null);
            while (await store.QueryAsync(query(after), Cancellation) is { Count: > 0 } page)
            {
                Assert.True(page.Count <= limit);
                found.AddRange(page.Select(document => $"{document.State.Shelf}:{document.State.Text}"));
                after = new(page[^1].State.Shelf!, page[^1].Id);
            }
            return found;
        }
    }

    [Fact]
    public async Task A_write_moves_a_document_into_an_index_within_it_and_out_of_it()
    {
        var store = await StoreAsync();
        await WriteAsync(store, Document("n", 1, new("1")));
        Assert.Empty(await QueryAsync(store, new(Note.ByShelf, "", null, 10)));
        await WriteAsync(store, Document("n", 2, new("1", Shelf: "a")));
        Assert.Equal(["a:1"], await QueryAsync(store, new(Note.ByShelf, "", null, 10)));
        await WriteAsync(store, Document("n", 3, new("1", Shelf: "b")));
        Assert.Equal(["b:1"], await QueryAsync(store, new(Note.ByShelf, "", null, 10)));
        await WriteAsync(store, Document("n", 4, new("2", Shelf: "b")));
        Assert.Equal(["b:2"], await QueryAsync(store, new(Note.ByShelf, "", null, 10)));
        await WriteAsync(store, Document("n", 5, new("2")));
        Assert.Empty(await QueryAsync(store, new(Note.ByShelf, "", null, 10)));
    }

    [Fact]
    public async Task A_query_gives_states_and_revisions()
    {
        var store = await StoreAsync();
        await WriteAsync(store, Document("n", 1, new("1", 12.30m, Shelf: "a"), Event("n", 1)));
        var found = Assert.Single(await store.QueryAsync(IndexQuery.Equal(Note.ByShelf, "a", 1), Cancellation));
        Assert.Equal(("n", 1, new Note("1", 12.30m, Shelf: "a")), (found.Id, found.Revision, found.State));
    }

    [Fact]
    public async Task Due_documents_are_found_by_time_to_the_tick()
    {
        var (store, noon) = (await StoreAsync(), new DateTimeOffset(2025, 2, 13, 12, 0, 0, TimeSpan.Zero));
        await store.WriteManyAsync(
            [
                Document("now", 1, new("now", At: noon)),
                Document("later", 1, new("later", At: noon.AddTicks(1))),
                Document("earlier", 1, new("earlier", At: noon.AddTicks(-1).ToOffset(TimeSpan.FromHours(9)))),
                Document("never", 1),
            ],
            Cancellation);
        var due = await store.QueryAsync(IndexQuery.Due(Note.ByTime, noon, 10), Cancellation);
        Assert.Equal(["earlier", "now"], due.Select(document => document.Id));
    }

    [Fact]
    public async Task An_unknown_index_or_a_limit_below_1_is_an_error()
    {
        var store = await StoreAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.QueryAsync(IndexQuery.Equal("unknown", "a", 1), Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.QueryAsync(IndexQuery.Equal(Note.ByShelf, "a", 0), Cancellation));
    }

    /// <summary>Documents that are written as <c>shelf:text</c>, which is their id's order within a shelf.</summary>
    private async Task<IDocumentStore<Note>> ShelvedAsync(params string[] notes)
    {
        var store = await StoreAsync();
        var documents = notes.Select(note => note.Split(':')).Select(parts => Document(parts[1] + "!" + parts[0], 1, new(parts[1], Shelf: parts[0])));
        Assert.All(await store.WriteManyAsync([.. documents], Cancellation), Assert.True);
        return store;
    }

    private static async Task<IEnumerable<string>> QueryAsync(IDocumentStore<Note> store, IndexQuery query) =>
        (await store.QueryAsync(query, Cancellation)).Select(document => $"{document.State.Shelf}:{document.State.Text}");
}
