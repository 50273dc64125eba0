using System.Text.Json.Serialization;
using Ticketing.Documents.Memory;

namespace Ticketing.Documents.Tests;

/// <summary>Single loads, and writes, that come at once go together, and each gets its own answer.</summary>
public sealed partial class CombiningStoreTests
{
    private readonly GatedStore _server = new();
    private readonly CombiningStore<Note> _store;

    public CombiningStoreTests() => _store = new(_server);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alone_a_call_goes_at_once()
    {
        Assert.True((await _store.WriteManyAsync([Document("a", 1)], Cancellation))[0]);
        Assert.Equal("a1", (await _store.LoadAsync("a", Cancellation))!.State.Text);
        Assert.Null(await _store.LoadAsync("b", Cancellation));
        Assert.Equal(["write a", "load a", "load b"], _server.Calls);
    }

    [Fact]
    public async Task What_comes_while_a_call_is_under_way_goes_together_with_the_next()
    {
        var gate = _server.Close();
        var loads = await DuringTheFirstAsync("abcdeaab", id => _store.LoadAsync($"{id}", Cancellation).AsTask());
        Assert.Equal(["load a"], _server.Calls);
        gate.SetResult();
        await Task.WhenAll(loads);
        Assert.Equal(["load a", "load b,c,d,e,a"], _server.Calls);
    }

    [Fact]
    public async Task What_is_shown_goes_together_too()
    {
        await _store.WriteManyAsync([Document("b", 1)], Cancellation);
        var gate = _server.Close();
        var views = await DuringTheFirstAsync("abbc", id => _store.ViewAsync($"{id}", Cancellation).AsTask());
        gate.SetResult();
        Assert.Equal([null, "b1", "b1", null], (await Task.WhenAll(views)).Select(view => view?.State.Text));
        Assert.Equal(["write b", "view a", "view b,c"], _server.Calls);
    }

    [Fact]
    public async Task Writes_of_several_documents_go_along_and_each_hears_of_its_own()
    {
        await _store.WriteManyAsync([Document("old", 1), Document("older", 1)], Cancellation);
        var gate = _server.Close();
        Document<Note>[][] documents =
        [
            [Document("x", 1)],
            [Document("old", 2), Document("a", 1)],
            [Document("b", 1)],
            [Document("a", 1), Document("old", 1), Document("older", 2), Document("c", 1)],
        ];
        var writes = await DuringTheFirstAsync(documents, some => _store.WriteManyAsync(some, Cancellation).AsTask());
        gate.SetResult();
        var written = await Task.WhenAll(writes);
        Assert.Equal(["write old,older", "write x", "write old,a,b,older,c"], _server.Calls);
        Assert.Equal([[true], [true, true], [true], [false, false, true, true]], written);
    }

    [Fact]
    public async Task Each_write_hears_whether_it_was_stored_and_of_two_of_one_document_one_conflicts()
    {
        await _store.WriteManyAsync([Document("old", 1)], Cancellation);
        var gate = _server.Close();
        var writes = await DuringTheFirstAsync(
            [Document("x", 1), Document("y", 1), Document("old", 1), Document("a", 1), Document("a", 1), Document("old", 2)],
            document => _store.WriteManyAsync([document], Cancellation).AsTask());
        gate.SetResult();
        var written = (await Task.WhenAll(writes)).Select(answer => answer[0]);
        // The last one meets the other write of its document, and its writer tries again.
        Assert.Equal([true, true, false, true, false, false], written);
        Assert.True((await _store.WriteManyAsync([Document("old", 2)], Cancellation))[0]);
    }

    [Fact]
    public async Task One_that_cannot_be_stored_does_not_harm_the_others_and_a_store_that_is_away_is_away_for_all()
    {
        var gate = _server.Close();
        var writes = await DuringTheFirstAsync(
            ["x", "y", "a", "bad", "b"], id => _store.WriteManyAsync([Document(id, 1)], Cancellation).AsTask());
        gate.SetResult();
        await Assert.ThrowsAsync<FormatException>(() => writes[3]);
        foreach (var write in writes.Where((_, i) => i != 3))
            Assert.True((await write)[0]);

        _server.IsDown = true;
        foreach (var load in Enumerable.Range(0, 5).Select(i => _store.LoadAsync($"{i}", Cancellation).AsTask()).ToList())
            await Assert.ThrowsAsync<StoreUnavailableException>(() => load);
        _server.IsDown = false;
        Assert.NotNull(await _store.LoadAsync("a", Cancellation));
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_take_the_others_along()
    {
        var gate = _server.Close();
        using var impatience = new CancellationTokenSource();
        var loads = await DuringTheFirstAsync("abcd", id => _store.LoadAsync($"{id}", id == 'c' ? impatience.Token : Cancellation).AsTask());
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loads[2]);
        gate.SetResult();
        Assert.Null(await loads[3]);
    }

    [Fact]
    public async Task A_batch_that_is_given_up_does_not_wait_for_a_store_that_hangs_nor_take_the_others_along()
    {
        var gate = _server.Close();
        using var impatience = new CancellationTokenSource();
        var first = _store.WriteManyAsync([Document("a", 1), Document("b", 1)], impatience.Token).AsTask();
        await _server.CalledAsync();
        var (given, last) = (
            _store.WriteManyAsync([Document("c", 1), Document("d", 1)], impatience.Token).AsTask(),
            _store.WriteManyAsync([Document("e", 1)], Cancellation).AsTask());
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(TimeSpan.FromSeconds(5), Cancellation));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given.WaitAsync(TimeSpan.FromSeconds(5), Cancellation));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _store.WriteManyAsync([Document("f", 1)], impatience.Token));
        gate.SetResult();
        Assert.Equal([true], await last);
        // What was handed over before it was given up is written all the same, as it may be by any store.
        Assert.Equal(["write a,b", "write c,d,e"], _server.Calls);
    }

    private async Task<List<Task<TResult>>> DuringTheFirstAsync<TItem, TResult>(IEnumerable<TItem> items, Func<TItem, Task<TResult>> ask)
    {
        var asked = new List<Task<TResult>>();
        foreach (var item in items)
        {
            asked.Add(ask(item));
            await _server.CalledAsync();
        }
        return asked;
    }

    private static Document<Note> Document(string id, long revision) => new(id, revision, new($"{id}{revision}"), []);

    public sealed record Note(string Text);

    [JsonSerializable(typeof(Note))]
    internal sealed partial class NoteJson : JsonSerializerContext;

    /// <summary>A store that notes its calls, and can be made to wait, fail or be away.</summary>
    private sealed class GatedStore : IDocumentStore<Note>
    {
        private readonly IDocumentStore<Note> _memory = new MemoryDatabase().Store(new DocumentType<Note>("notes", NoteJson.Default.Note));
        private TaskCompletionSource _gate = new();
        private TaskCompletionSource _called = new();

        public GatedStore() => _gate.SetResult();

        public List<string> Calls { get; } = [];

        public bool IsDown { get; set; }

        public TaskCompletionSource Close()
        {
            _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        /// <summary>Returns when the first call waits at the gate.</summary>
        public Task CalledAsync() => _called.Task.WaitAsync(Cancellation);

        public ValueTask<Document<Note>?> LoadAsync(string id, CancellationToken cancellation) => throw new InvalidOperationException("Not combined.");

        public async ValueTask<IReadOnlyDictionary<string, Document<Note>>> LoadManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation)
        {
            await BeginAsync("load", ids);
            return await _memory.LoadManyAsync(ids, cancellation);
        }

        public ValueTask<DocumentView<Note>?> ViewAsync(string id, CancellationToken cancellation) => throw new InvalidOperationException("Not combined.");

        public async ValueTask<IReadOnlyDictionary<string, DocumentView<Note>>> ViewManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation)
        {
            await BeginAsync("view", ids);
            return await _memory.ViewManyAsync(ids, cancellation);
        }

        public async ValueTask<IReadOnlyList<bool>> WriteManyAsync(IReadOnlyList<Document<Note>> documents, CancellationToken cancellation)
        {
            await BeginAsync("write", documents.Select(document => document.Id));
            return documents.Any(document => document.Id == "bad")
                ? throw new FormatException()
                : await _memory.WriteManyAsync(documents, cancellation);
        }

        public ValueTask RemovePublishedAsync(IReadOnlyList<PublishedUpTo> published, CancellationToken cancellation) =>
            _memory.RemovePublishedAsync(published, cancellation);

        public ValueTask<IReadOnlyList<DocumentView<Note>>> QueryAsync(IndexQuery query, CancellationToken cancellation) =>
            _memory.QueryAsync(query, cancellation);

        public ValueTask<IReadOnlyList<string>> ListIdsAsync(int limit, string? after, CancellationToken cancellation) =>
            _memory.ListIdsAsync(limit, after, cancellation);

        public ValueTask<IReadOnlyList<DocumentOutbox>> FindUnpublishedAsync(int limit, string? after, CancellationToken cancellation) =>
            _memory.FindUnpublishedAsync(limit, after, cancellation);

        private async Task BeginAsync(string call, IEnumerable<string> ids)
        {
            lock (Calls)
                Calls.Add($"{call} {string.Join(',', ids)}");
            if (IsDown)
                throw new StoreUnavailableException();
            _called.TrySetResult();
            await _gate.Task;
        }
    }
}
