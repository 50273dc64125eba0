using Ticketing.Testing;

namespace Ticketing.ActivityLog.Tests;

/// <summary>What every store promises.</summary>
public abstract class ActivityStoreContract
{
    private const long MaxBytes = 4_000_000;

    // The middle of a day, so that an hour more or less is the same one.
    private static readonly DateTimeOffset Noon = new(DateTime.UtcNow.Date.AddHours(12), TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private readonly Clock _clock = new(Noon);
    private int _entries;

    /// <summary>Opens a store with nothing in it; another one of the same name shares what it has.</summary>
    private protected abstract IActivityStore Open(string name, Retention retention, TimeProvider time);

    private IActivityStore Open(string? name = null, TimeSpan? maxAge = null, long maxBytes = 100 * MaxBytes) =>
        Open(name ?? $"a{Guid.NewGuid():N}"[..20], new(maxAge ?? TimeSpan.FromDays(7), maxBytes), _clock);

    [Fact]
    public async Task An_entry_is_kept_as_it_is_and_once()
    {
        var store = Open();
        var whole = new ActivityEntry
        {
            Id = "it's \\ an id",
            At = Noon.AddTicks(1230),
            Kind = ActivityKind.Log,
            Service = "orders",
            Level = ActivityLevel.Trace,
            Category = "A.B",
            TraceId = new('a', 32),
            SpanId = new('b', 16),
            Message = "\0 <b> \"ü\" 𝄞\n",
            Exception = "at A\n at B",
            Properties = new Dictionary<string, string> { ["n'"] = "v\\" },
        };
        var raw = new ActivityEntry { Id = "raw", At = Noon, Kind = ActivityKind.Action, Message = "", IsRaw = true };
        await store.AppendAsync([whole, raw, whole with { Message = "again" }], Cancellation);
        await store.AppendAsync([whole with { Message = "again" }], Cancellation);
        await store.AppendAsync([], Cancellation);

        var found = await store.FindAsync(ActivityFilter.All, 10, null, Cancellation);
        Assert.Equivalent((ActivityEntry[])[whole, raw], found, strict: true);
        Assert.Equal(whole.At, found[0].At);
    }

    [Fact]
    public async Task The_newest_come_first_page_by_page_without_a_gap_or_a_repeat()
    {
        var store = Open();
        // Several at the same time, and not in their order.
        ActivityEntry[] entries = [.. Enumerable.Range(0, 100).Select(i => Log("page", at: Noon.AddSeconds(-(i * 37 % 20))))];
        await store.AppendAsync(entries[..50], Cancellation);
        await store.AppendAsync(entries[50..], Cancellation);
        foreach (var filter in (ActivityFilter[])[ActivityFilter.All, new() { Text = "page" }, new() { Text = "pag*", Kind = ActivityKind.Log }])
        {
            var (read, after) = (new List<ActivityEntry>(), (ActivityCursor?)null);
            do
            {
                var page = await store.FindAsync(filter, 7, after, Cancellation);
                after = page.Count < 7 ? null : ActivityCursor.Parse(ActivityCursor.Of(page[^1]).ToString());
                read.AddRange(page);
            }
            while (after is not null);
            Assert.Equal(
                entries.OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Id, StringComparer.Ordinal).Select(entry => entry.Id), read.Select(entry => entry.Id));
        }
    }

    [Fact]
    public async Task What_is_wanted_is_found_and_nothing_else()
    {
        var store = Open();
        var order = Action("new-order") with { Actor = "u1", Subject = "o1", TraceId = new('1', 32), Event = "order.created" };
        var other = Action("stock-updated") with { Service = "ticket-service", Actor = "u2", Subject = "t1" };
        var info = Log("The Order O-17 of KÖLN is held", ActivityLevel.Information);
        var error = Log("Payment declined: order o-17", ActivityLevel.Error) with { Service = "payments", Exception = "TimeoutException", TraceId = new('1', 32) };
        var raw = Log("{not json order") with { Level = null, Service = null, IsRaw = true };
        ActivityEntry[] all = [order, other, info, error, raw];
        await store.AppendAsync(all, Cancellation);

        await FindsAsync(new() { Kind = ActivityKind.Action }, order, other);
        await FindsAsync(new() { Kind = ActivityKind.Log }, info, error, raw);
        await FindsAsync(new() { Service = "payments" }, error);
        await FindsAsync(new() { Service = "payment" });
        await FindsAsync(new() { Service = "Payments" });
        await FindsAsync(new() { Level = ActivityLevel.Trace }, info, error);
        await FindsAsync(new() { Level = ActivityLevel.Warning }, error);
        await FindsAsync(new() { Action = "new-order" }, order);
        await FindsAsync(new() { Actor = "u1" }, order);
        await FindsAsync(new() { Subject = "o1" }, order);
        await FindsAsync(new() { TraceId = new('1', 32) }, order, error);
        await FindsAsync(new() { TraceId = new('1', 32), Kind = ActivityKind.Log }, error);
        // Words in any case and order, of messages, exceptions and names.
        await FindsAsync(new() { Text = "order" }, order, info, error, raw);
        await FindsAsync(new() { Text = "köln HELD" }, info);
        await FindsAsync(new() { Text = "o-17 order" }, info, error);
        await FindsAsync(new() { Text = "timeoutexception" }, error);
        await FindsAsync(new() { Text = "ord" });
        await FindsAsync(new() { Text = "ord*" }, order, info, error, raw);
        await FindsAsync(new() { Text = "order decl*" }, error);
        await FindsAsync(new() { Text = "decl order" });
        await FindsAsync(new() { Text = "serv*" });
        await FindsAsync(new() { Text = "order", Service = "payments", Level = ActivityLevel.Warning }, error);
        await FindsAsync(new() { Text = "order nowhere" });
        await FindsAsync(new() { Service = "it's' & \\ | 'x" });
        await FindsAsync(new() { Text = "(order & | ! <-> 'held' \\" }, info);
        await FindsAsync(new() { From = info.At, To = error.At }, info);
        await FindsAsync(new() { From = info.At, To = error.At, Text = "order" }, info);

        async Task FindsAsync(ActivityFilter filter, params ActivityEntry[] expected)
        {
            var ids = expected.Select(entry => entry.Id).Order();
            Assert.Equal(ids, (await store.FindAsync(filter, 10, null, Cancellation)).Select(entry => entry.Id).Order());
            Assert.Equal(ids, (await store.TailAsync(filter, 0, 10, Cancellation)).Entries.Select(one => one.Entry.Id).Order());
            Assert.Equal(expected.Length, (await store.CountAsync(filter, Cancellation)).Sum(count => count.Count));
        }
    }

    [Fact]
    public async Task What_is_rare_is_found_far_behind_what_is_frequent()
    {
        var store = Open();
        var rare = Enumerable.Range(0, 5).Select(i => Log($"needle {i}", at: Noon.AddHours(-i * 5))).ToList();
        await store.AppendAsync([.. rare, .. Enumerable.Range(0, 7000).Select(i => Log("hay", at: Noon.AddSeconds(-i)))], Cancellation);

        Assert.Equal(rare.Select(entry => entry.Id), (await store.FindAsync(new() { Text = "needle" }, 10, null, Cancellation)).Select(entry => entry.Id));
        Assert.Equal(rare.Select(entry => entry.Id), (await store.FindAsync(new() { Text = "need*" }, 10, null, Cancellation)).Select(entry => entry.Id));
        Assert.Equal(rare.Skip(2).Select(entry => entry.Id), (await store.FindAsync(new() { Text = "needle" }, 10, ActivityCursor.Of(rare[1]), Cancellation)).Select(entry => entry.Id));
        Assert.Empty(await store.FindAsync(new() { Text = "needle hay" }, 10, null, Cancellation));
    }

    [Fact]
    public async Task They_are_counted_by_minutes_and_levels()
    {
        var store = Open();
        await store.AppendAsync(
            [
                Log("a", ActivityLevel.Error, Noon), Log("b", ActivityLevel.Error, Noon.AddSeconds(59.9)), Log("c", at: Noon.AddSeconds(60)), Action("d"),
                Log("e") with { Level = null }, Log("a", ActivityLevel.Error, Noon.AddSeconds(-1)),
            ], Cancellation);
        (DateTimeOffset, short, long)[] all =
        [
            (Noon.AddMinutes(-1), (short)ActivityLevel.Error, 1), (Noon, ActivityCount.Actions, 1), (Noon, ActivityCount.Unknown, 1), (Noon, (short)ActivityLevel.Error, 2),
            (Noon.AddMinutes(1), (short)ActivityLevel.Information, 1),
        ];
        Assert.Equal(all, (await store.CountAsync(ActivityFilter.All, Cancellation)).Select(count => (count.Minute, count.Series, count.Count)));
        Assert.Equal(
            [(Noon.AddMinutes(-1), 1L), (Noon, 1L)],
            (await store.CountAsync(new() { Text = "a", To = Noon.AddMinutes(1) }, Cancellation)).Select(count => (count.Minute, count.Count)));
    }

    [Fact]
    public async Task A_tail_goes_on_where_it_was()
    {
        var store = Open();
        var empty = await store.TailAsync(ActivityFilter.All, 0, 10, Cancellation);
        Assert.Equal((0, 0, 0, 0), (empty.Entries.Count, empty.Through, empty.Newest, empty.Oldest));
        ActivityEntry[] first = [.. Enumerable.Range(0, 5).Select(i => Log($"{i % 2}"))];
        await store.AppendAsync(first, Cancellation);

        var start = await store.TailAsync(ActivityFilter.All, 0, 3, Cancellation);
        Assert.Equal(first[..3].Select(entry => entry.Id), start.Entries.Select(one => one.Entry.Id));
        Assert.Equal((start.Entries[^1].Sequence, start.Entries[0].Sequence), (start.Through, start.Oldest));
        var rest = await store.TailAsync(new() { Text = "1" }, start.Through, 3, Cancellation);
        Assert.Equal([first[3].Id], rest.Entries.Select(one => one.Entry.Id));
        // What does not match was looked at, too.
        Assert.Equal(rest.Newest, rest.Through);
        Assert.Empty((await store.TailAsync(ActivityFilter.All, rest.Through, 3, Cancellation)).Entries);
        await store.AppendAsync([first[0], Log("new")], Cancellation);
        Assert.Equal(["new"], (await store.TailAsync(ActivityFilter.All, rest.Through, 3, Cancellation)).Entries.Select(one => one.Entry.Message));
        Assert.Empty((await store.TailAsync(ActivityFilter.All, 0, 0, Cancellation)).Entries);
    }

    [Fact]
    public async Task A_tail_misses_nothing_that_others_write_at_once()
    {
        var name = $"a{Guid.NewGuid():N}"[..20];
        var (stores, batches) = (Enumerable.Range(0, 3).Select(_ => Open(name)).ToList(), 20);
        var written = Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(
            async () =>
            {
                for (var batch = 0; batch < batches; batch++)
                    await stores[writer % stores.Count].AppendAsync([.. Enumerable.Range(0, 10).Select(i => Log($"{writer}") with { Id = $"{writer}-{batch}-{i}" })], Cancellation);
            }, Cancellation)));
        var (seen, last) = (new List<StoredEntry>(), 0L);
        await Eventually.IsAsync(
            async () =>
            {
                var tail = await stores[0].TailAsync(ActivityFilter.All, last, 7, Cancellation);
                seen.AddRange(tail.Entries);
                last = tail.Through;
                return seen.Count == 6 * batches * 10;
            },
            () => $"{seen.Count} were seen");
        await written;
        Assert.Equal(seen.Count, seen.DistinctBy(one => one.Entry.Id).Count());
        Assert.Equal(seen.OrderBy(one => one.Sequence), seen);
        Assert.Empty((await stores[0].TailAsync(ActivityFilter.All, last, 7, Cancellation)).Entries);
    }

    [Fact]
    public async Task What_is_too_old_is_not_shown_and_not_kept()
    {
        var store = Open(maxAge: TimeSpan.FromDays(2));
        await store.AppendAsync([Log("old", at: Noon.AddHours(-47)), Log("too old", at: Noon.AddHours(-49)), Log("new")], Cancellation);
        Assert.Equal(["new", "old"], await MessagesAsync());
        _clock.Now += TimeSpan.FromHours(2);
        Assert.Equal(["new"], await MessagesAsync());
        await store.TrimAsync(Cancellation);
        Assert.Equal(["new"], await MessagesAsync());
        // Two days later nothing is left, and what comes then is kept.
        _clock.Now += TimeSpan.FromDays(4);
        await store.TrimAsync(Cancellation);
        Assert.Empty(await MessagesAsync());
        await store.AppendAsync([Log("later", at: _clock.Now)], Cancellation);
        Assert.Equal(["later"], await MessagesAsync());

        async Task<IEnumerable<string?>> MessagesAsync() => (await store.FindAsync(ActivityFilter.All, 10, null, Cancellation)).Select(entry => entry.Message);
    }

    [Fact]
    public async Task The_oldest_make_room()
    {
        var store = Open(maxBytes: MaxBytes);
        // One word, which cannot be compressed.
        var text = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(1500));
        // So many days, each with as much as a fifth of the room.
        for (var batch = 0; batch < 12; batch++)
        {
            await store.AppendAsync([.. Enumerable.Range(0, 200).Select(i => Log($"{batch} {i} {text[(i % 100)..]}", at: _clock.Now.AddSeconds(i / 10)))], Cancellation);
            await store.TrimAsync(Cancellation);
            _clock.Now += TimeSpan.FromHours(7);
            await store.TrimAsync(Cancellation);
        }
        var kept = await store.FindAsync(ActivityFilter.All, 10_000, null, Cancellation);
        Assert.StartsWith("11 199 ", kept[0].Message, StringComparison.Ordinal);
        Assert.InRange(kept.Count, 200, 2000);
        // Nothing is missing in between.
        Assert.Equal(kept.Count, Enumerable.Range(0, 2400).Select(i => $"{i / 200} {i % 200} ").Reverse().TakeWhile(start => kept.Any(entry => entry.Message!.StartsWith(start, StringComparison.Ordinal))).Count());
    }

    private ActivityEntry Log(string message, ActivityLevel level = ActivityLevel.Information, DateTimeOffset? at = null) => new()
    {
        Id = NextId(),
        At = at ?? Noon.AddMilliseconds(_entries),
        Kind = ActivityKind.Log,
        Service = "orders",
        Level = level,
        Message = message,
    };

    private ActivityEntry Action(string action) => new() { Id = NextId(), At = Noon.AddMilliseconds(_entries), Kind = ActivityKind.Action, Service = "order-service", Action = action };

    private string NextId() => $"id-{Interlocked.Increment(ref _entries)}";
}
