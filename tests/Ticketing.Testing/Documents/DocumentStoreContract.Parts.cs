using System.Text;
using Ticketing.Documents;

namespace Ticketing.Testing.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Parts_are_loaded_with_their_document()
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
    }

    [Fact]
    public async Task What_is_only_shown_has_no_parts_and_nobody_makes_any()
    {
        var (made, parts) = (0, Roll.Type.Parts!);
        var store = (await OpenAsync()).Store(Roll.Type with { Parts = parts with { With = Make } });
        Assert.Equal(
            [true, true],
            await store.WriteManyAsync([Rolled("a", 1, "one", "two") with { Outbox = [Event("a", 1)] }, Rolled("b", 1)], Cancellation));

        var many = await store.ViewManyAsync(["a", "b", "c"], Cancellation);
        DocumentView<Roll>[] shown =
            [(await store.ViewAsync("a", Cancellation))!, many["a"], many["b"], .. await store.QueryAsync(IndexQuery.Equal("title", "t", 10), Cancellation)];
        Assert.Equal(["a", "a", "b", "a", "b"], shown.Select(view => view.Id));
        Assert.All(shown, view => Assert.Equal((1, "t"), (view.Revision, view.State.Title)));
        Assert.All(shown, view => Assert.Throws<InvalidOperationException>(() => view.State.Parts));
        Assert.Equal("a", Assert.Single(await store.FindUnpublishedAsync(10, cancellation: Cancellation)).Id);
        Assert.Equal((2, null, 0), (many.Count, await store.ViewAsync("c", Cancellation), made));
        Assert.Empty(await store.ViewManyAsync([], Cancellation));

        Roll Make(Roll roll, IReadOnlyList<ReadOnlyMemory<byte>>? read)
        {
            made += read is null ? 0 : 1;
            return parts.With(roll, read);
        }
    }

    [Fact]
    public async Task What_was_only_shown_is_never_written_and_neither_is_what_has_fewer_parts_than_before()
    {
        var store = (await OpenAsync()).Store(Roll.Type);
        var first = Rolled("a", 1, "one", "two");
        await store.WriteManyAsync([first], Cancellation);
        var shown = (await store.ViewAsync("a", Cancellation))!.State;
        var listed = (await store.QueryAsync(IndexQuery.Equal("title", "t", 1), Cancellation))[0].State;

        await RefusedAsync<InvalidOperationException>(new("a", 2, shown with { Title = "next" }, []));
        await RefusedAsync<InvalidOperationException>(new("a", 2, listed, []) { Previous = listed });
        await RefusedAsync<InvalidOperationException>(Rolled("a", 2, "one", "two", "three") with { Previous = shown });
        await RefusedAsync<InvalidOperationException>(new("b", 1, new Roll("t"), []));
        await RefusedAsync<ArgumentException>(Rolled("a", 2, "one") with { Previous = first.State });

        Assert.Equal(["one", "two"], await TextsAsync(store, "a", 1));
        Assert.Null(await store.LoadAsync("b", Cancellation));

        async Task RefusedAsync<TException>(Document<Roll> document)
            where TException : Exception => await Assert.ThrowsAsync<TException>(() => store.WriteManyAsync([document], Cancellation).AsTask());
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
