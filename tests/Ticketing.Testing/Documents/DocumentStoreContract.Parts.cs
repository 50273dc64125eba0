using System.Text;
using Ticketing.Documents;

namespace Ticketing.Testing.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Parts_are_read_wherever_their_document_is()
    {
        var store = (await OpenAsync()).Store(Roll.Type);
        // More than nine: their order is that of numbers. Any bytes, also none.
        var texts = Enumerable.Range(0, 12).Select(i => i == 5 ? "" : $"part {i} \0ü").ToArray();
        var binary = new byte[] { 0, 255, 128, 0 };

        Assert.Equal([true, true], await store.WriteManyAsync([Rolled("a", 1, texts) with { Outbox = [Event("a", 1)] }, Rolled("b", 1)], Cancellation));
        Assert.Equal([true], await store.WriteManyAsync([new("c", 1, new Roll("t", [binary]), [])], Cancellation));

        Assert.Equal(texts, (await store.LoadAsync("a", Cancellation))!.State.Texts);
        var many = await store.LoadManyAsync(["a", "b", "c"], Cancellation);
        Assert.Equal(texts, many["a"].State.Texts);
        Assert.Empty(many["b"].State.Texts);
        Assert.Equal(binary, Assert.Single(many["c"].State.Parts).ToArray());
        Assert.Equal(texts, (await store.QueryAsync(IndexQuery.Equal("title", "t", 10), Cancellation))[0].State.Texts);
        Assert.Equal(texts, Assert.Single(await store.FindUnpublishedAsync(10, cancellation: Cancellation)).State.Texts);
    }

    [Fact]
    public async Task A_part_that_the_state_before_has_too_stays_as_it_is_stored()
    {
        var store = (await OpenAsync()).Store(Roll.Type);
        var first = Rolled("a", 1, "one", "two", "three");
        Assert.Equal([true], await store.WriteManyAsync([first], Cancellation));

        var next = first.State with { Title = "next", Parts = [first.State.Parts[0], Bytes("TWO"), first.State.Parts[2], Bytes("four")] };
        Assert.Equal([true], await store.WriteManyAsync([new("a", 2, next, []) { Previous = first.State }], Cancellation));
        Assert.Equal(["one", "TWO", "three", "four"], await TextsAsync(store, "a", 2));

        // No part is new; then all are written again, as nobody says what was before.
        Assert.Equal([true], await store.WriteManyAsync([new("a", 3, next with { Title = "third" }, []) { Previous = next }], Cancellation));
        Assert.Equal(["one", "TWO", "three", "four"], await TextsAsync(store, "a", 3));
        Assert.Equal([true], await store.WriteManyAsync([Rolled("a", 4, "1", "2", "3", "4", "5")], Cancellation));
        Assert.Equal(["1", "2", "3", "4", "5"], await TextsAsync(store, "a", 4));
    }

    [Fact]
    public async Task A_conflict_changes_no_part()
    {
        var store = (await OpenAsync()).Store(Roll.Type);
        await store.WriteManyAsync([Rolled("a", 1, "one"), Rolled("b", 1, "one")], Cancellation);

        Assert.Equal(
            [false, true, false, false],
            await store.WriteManyAsync([Rolled("a", 1, "A"), Rolled("b", 2, "B"), Rolled("c", 2, "C"), Rolled("d", 3, "D")], Cancellation));

        Assert.Equal(["one"], await TextsAsync(store, "a", 1));
        Assert.Equal(["B"], await TextsAsync(store, "b", 2));
        // What a write that failed left behind would show now.
        Assert.Equal([true, true], await store.WriteManyAsync([Rolled("c", 1), Rolled("d", 1)], Cancellation));
        Assert.Empty(await TextsAsync(store, "c", 1));
        Assert.Empty(await TextsAsync(store, "d", 1));
    }

    [Fact]
    public async Task Of_writers_of_one_document_each_part_is_the_winners()
    {
        var store = (await OpenAsync()).Store(Roll.Type);
        for (var revision = 1; revision <= 20; revision++)
        {
            var written = await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
                (await store.WriteManyAsync([Rolled("a", revision, $"{writer}", $"{writer}")], Cancellation))[0]));
            var winner = Assert.Single(Enumerable.Range(0, 8), writer => written[writer]);
            Assert.Equal([$"{winner}", $"{winner}"], await TextsAsync(store, "a", revision));
        }
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static Document<Roll> Rolled(string id, long revision, params string[] parts) =>
        new(id, revision, new Roll("t", [.. parts.Select(Bytes)]), []);

    private static async Task<IEnumerable<string>> TextsAsync(IDocumentStore<Roll> store, string id, long revision)
    {
        var stored = (await store.LoadAsync(id, Cancellation))!;
        Assert.Equal(revision, stored.Revision);
        return stored.State.Texts;
    }
}
