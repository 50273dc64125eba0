using System.Globalization;
using Ticketing.Documents;

namespace Ticketing.Testing.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task A_database_gives_a_sign_of_life_and_the_same_store_for_the_same_type()
    {
        var database = await OpenAsync();
        await database.PingAsync(Cancellation);

        Assert.True(await WriteAsync(database.Store(Note.Type), Document("a", 1)));
        Assert.NotNull(await database.Store(Note.Type).LoadAsync("a", Cancellation));
    }

    [Fact]
    public async Task What_was_never_written_is_not_there()
    {
        var store = await StoreAsync();
        Assert.Null(await store.LoadAsync("a", Cancellation));
        Assert.Empty(await store.LoadManyAsync(["a", "b"], Cancellation));
        Assert.Empty(await store.LoadManyAsync([], Cancellation));
        Assert.Empty(await store.WriteManyAsync([], Cancellation));
    }

    [Fact]
    public async Task Revision_1_is_written_only_if_there_is_none()
    {
        var store = await StoreAsync();
        Assert.True(await WriteAsync(store, Document("a", 1, new("first"))));
        Assert.False(await WriteAsync(store, Document("a", 1, new("second"))));
        Assert.Equal("first", (await store.LoadAsync("a", Cancellation))!.State.Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Another_revision_than_the_next_is_a_conflict_that_changes_nothing(long revision)
    {
        var store = await StoreAsync();
        await WriteRevisionsAsync(store, "a", 2);

        Assert.False(await WriteAsync(store, Document("a", revision, new("wrong", Shelf: "s"), Event("a", revision, 9))));

        var stored = (await store.LoadAsync("a", Cancellation))!;
        Assert.Equal((2, ""), (stored.Revision, stored.State.Text));
        Assert.Equal(["notes/a/1.0", "notes/a/2.0"], EventIds(stored));
        Assert.Empty(await store.QueryAsync(IndexQuery.Equal(Note.ByShelf, "s", 10), Cancellation));
    }

    [Fact]
    public async Task Only_revision_1_creates_a_document()
    {
        var store = await StoreAsync();
        Assert.False(await WriteAsync(store, Document("a", 2)));
        Assert.False(await WriteAsync(store, Document("a", 0)));
        Assert.Null(await store.LoadAsync("a", Cancellation));
    }

    [Fact]
    public async Task A_conflict_says_which_document_and_tells_nothing_of_the_others()
    {
        var store = await StoreAsync();
        await WriteRevisionsAsync(store, "stale", 3);
        await WriteRevisionsAsync(store, "good", 3);

        var written = await store.WriteManyAsync(
            [Document("new", 1), Document("stale", 3), Document("good", 4), Document("missing", 7), Document("new2", 1)], Cancellation);

        Assert.Equal([true, false, true, false, true], written);
        var stored = await store.LoadManyAsync(["new", "stale", "good", "missing", "new2"], Cancellation);
        Assert.Equal(
            ["good 4", "new 1", "new2 1", "stale 3"],
            stored.Select(entry => $"{entry.Key} {entry.Value.Revision}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Many_are_loaded_by_id_without_those_that_are_missing()
    {
        var store = await StoreAsync();
        await store.WriteManyAsync([Document("a", 1, new("A")), Document("b", 1, new("B"))], Cancellation);

        var loaded = await store.LoadManyAsync(["b", "x", "a"], Cancellation);

        Assert.Equal(2, loaded.Count);
        Assert.Equal(("a", "A"), (loaded["a"].Id, loaded["a"].State.Text));
        Assert.Equal(("b", "B"), (loaded["b"].Id, loaded["b"].State.Text));
        Assert.False(loaded.ContainsKey("x"));
    }

    [Theory]
    [InlineData("0.01")]
    [InlineData("12.30")]
    [InlineData("-0.1")]
    [InlineData("1000000.00")]
    [InlineData("79228162514264337593543950335")]
    public async Task Decimals_come_back_exactly(string amount)
    {
        var (store, expected) = (await StoreAsync(), decimal.Parse(amount, CultureInfo.InvariantCulture));
        await WriteAsync(store, Document("a", 1, new(Amount: expected)));
        Assert.Equal(expected, (await store.LoadAsync("a", Cancellation))!.State.Amount);
    }

    [Theory]
    [InlineData("2025-02-13T12:00:00.0000001Z")]
    [InlineData("2025-02-13T12:00:00.9999999Z")]
    [InlineData("1969-12-31T23:59:59.1234567Z")]
    [InlineData("2025-02-13T12:00:00.1234567+05:30")]
    public async Task Instants_come_back_to_the_tick(string instant)
    {
        var (store, expected) = (await StoreAsync(), DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture));
        await WriteAsync(store, Document("a", 1, new(At: expected), Event("a", 1) with { Time = expected }));

        var stored = (await store.LoadAsync("a", Cancellation))!;
        Assert.Equal(expected.UtcTicks, stored.State.At.UtcTicks);
        Assert.Equal(expected.UtcTicks, Assert.Single(stored.Outbox).Time.UtcTicks);
    }

    [Theory]
    [InlineData("Grüße, ¿qué? 東京 🎟️ \u202e \"quoted\" 'single' \\ / \t\r\n $a.b {0} %s")]
    [InlineData("no \0, \u0001, \u0001\u0001 or \u0001\u0002, but this: \\u0000")]
    [InlineData("")]
    public async Task Texts_come_back_unchanged(string text)
    {
        var store = await StoreAsync();
        await WriteAsync(store, Document("a", 1, new(text, Count: long.MaxValue, Shelf: text)));
        Assert.Equal(new Note(text, Count: long.MaxValue, Shelf: text), (await store.LoadAsync("a", Cancellation))!.State);
        Assert.Single(await store.QueryAsync(IndexQuery.Equal(Note.ByShelf, text, 2), Cancellation));
    }

    [Fact]
    public async Task Ids_are_any_text_and_differ_by_every_character()
    {
        string[] ids = ["a", "A", "ä", "a ", "a/b", "a.b", "$a", "'a'", "\"a\"", "東京", "🎟️", new('x', 200), "a\0", "a\0a", "\u0001", "a\u0001"];
        var store = await StoreAsync();
        Assert.All(await store.WriteManyAsync([.. ids.Select(id => Document(id, 1, new(id)))], Cancellation), Assert.True);

        var loaded = await store.LoadManyAsync(ids, Cancellation);
        Assert.All(ids, id => Assert.Equal(id, loaded[id].State.Text));
    }

    [Fact]
    public async Task A_thousand_are_written_and_loaded_at_once()
    {
        var store = await StoreAsync();
        string[] ids = [.. Enumerable.Range(0, 1000).Select(i => $"n{i:D4}")];
        await store.WriteManyAsync([.. ids.Where((_, i) => i % 2 == 0).Select(id => Document(id, 1, new(id), Event(id, 1)))], Cancellation);

        // Every third is right, whether it is new or not; the others are conflicts.
        var written = await store.WriteManyAsync(
            [.. ids.Select((id, i) => Document(id, i % 3 == 0 ? 2 - (i % 2) : 5, new("again"), Event(id, 2 - (i % 2))))], Cancellation);

        Assert.Equal(ids.Select((_, i) => i % 3 == 0), written);
        var loaded = await store.LoadManyAsync(ids, Cancellation);
        Assert.Equal(1000 - ids.Where((_, i) => i % 2 == 1 && i % 3 != 0).Count(), loaded.Count);
        Assert.All(ids.Where((_, i) => i % 3 == 0), id => Assert.Equal("again", loaded[id].State.Text));
        Assert.All(ids.Where((_, i) => i % 2 == 0 && i % 3 != 0), id => Assert.Equal(id, loaded[id].State.Text));
    }
}
