using Ticketing.Documents;

namespace Ticketing.Testing.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task No_update_is_lost_between_concurrent_writers()
    {
        const int Writers = 8, Increments = 50;
        var store = await StoreAsync();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                for (var done = 0; done < Increments;)
                {
                    var stored = await store.LoadAsync("hot", Cancellation);
                    var next = stored is null
                        ? Document("hot", 1, new(Count: 1), Event("hot", 1))
                        : stored with
                        {
                            Revision = stored.Revision + 1,
                            State = stored.State with { Count = stored.State.Count + 1 },
                            Outbox = stored.Outbox.Add(Event("hot", stored.Revision + 1)),
                        };
                    // In a batch with a document of its own, which never conflicts.
                    var written = await store.WriteManyAsync([next, Document($"own-{writer}-{Guid.NewGuid()}", 1)], Cancellation);
                    Assert.True(written[1]);
                    done += written[0] ? 1 : 0;
                }
            },
            Cancellation)));

        var final = (await store.LoadAsync("hot", Cancellation))!;
        Assert.Equal((Writers * Increments, Writers * Increments), (final.Revision, final.State.Count));
        Assert.Equal(Enumerable.Range(1, Writers * Increments).Select(revision => $"notes/hot/{revision}.0"), EventIds(final));
    }

    [Fact]
    public async Task Concurrent_removal_neither_loses_events_nor_brings_any_back()
    {
        const int Writes = 200;
        var store = await StoreAsync();
        var (published, writing) = (new List<string>(), Task.Run(() => WriteRevisionsAsync(store, "hot", Writes), Cancellation));
        // A publisher: what it has seen once and removed, it never sees again.
        while (true)
        {
            var ended = writing.IsCompleted;
            var outbox = (await store.LoadAsync("hot", Cancellation))?.Outbox ?? [];
            if (outbox.IsEmpty && ended)
                break;
            if (outbox.IsEmpty)
                continue;
            published.AddRange(outbox.Select(e => e.Id));
            await store.RemovePublishedAsync([new("hot", outbox[^1].Revision)], Cancellation);
            await Task.Yield();
        }
        await writing;
        Assert.Equal(Enumerable.Range(1, Writes).Select(revision => $"notes/hot/{revision}.0"), published);
    }

    [Fact]
    public async Task Batches_of_the_same_documents_in_any_order_do_not_block_each_other()
    {
        const int Writers = 6, Batches = 30;
        var store = await StoreAsync();
        string[] ids = [.. Enumerable.Range(0, 20).Select(i => $"n{i:D2}")];
        var written = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                var random = new Random(writer);
                var count = 0;
                for (var batch = 0; batch < Batches; batch++)
                {
                    var stored = await store.LoadManyAsync(ids, Cancellation);
                    var next = ids.Select(id => Document(id, (stored.GetValueOrDefault(id)?.Revision ?? 0) + 1, null, Event(id, writer))).ToArray();
                    random.Shuffle(next);
                    count += (await store.WriteManyAsync([.. next.Take(15)], Cancellation)).Count(one => one);
                    random.Shuffle(next);
                    await store.RemovePublishedAsync(
                        [.. next.Take(15).Select(document => new PublishedUpTo(document.Id, long.MaxValue))], Cancellation);
                }
                return count;
            },
            Cancellation)));
        Assert.Equal(written.Sum(), (await store.LoadManyAsync(ids, Cancellation)).Values.Sum(document => document.Revision));
    }
}
