using System.Collections.Concurrent;
using Ticketing.Documents;
using Ticketing.Documents.Memory;
using Ticketing.Testing;
using Ticketing.Testing.Documents;

namespace Ticketing.Messaging.Tests;

/// <summary>Commands on documents, and waiting for documents.</summary>
[Collection(On.EmbeddedBroker)]
public sealed class RepositoryTests(EmbeddedBrokers brokers)
{
    [Fact]
    public async Task A_command_answers_with_the_state_after_it()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (ledgers, id) = ((await scenario.StartAsync()).Ledgers, scenario.Ids(1)[0]);
        Assert.Null(await ledgers.ViewAsync(id));

        var (state, refusal) = await ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));

        Assert.Null(refusal);
        Assert.Equal(1, state!.Commands);
        Assert.Equal(state, await ledgers.ViewAsync(id));
    }

    [Fact]
    public async Task A_refused_command_changes_nothing_and_says_why()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (ledgers, id) = ((await scenario.StartAsync()).Ledgers, scenario.Ids(1)[0]);

        var unknown = await ledgers.ExecuteAsync(id, _ => Decision<Ledger>.Refuse(RefusalKind.NotFound, "No such ledger."));
        await ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        var refused = await ledgers.ExecuteAsync(id, _ => Decision<Ledger>.Refuse(RefusalKind.Conflict, "Closed."));
        var nothing = await ledgers.ExecuteAsync(id, _ => Decision<Ledger>.Nothing);

        Assert.Equal((null, new Refusal(RefusalKind.NotFound, "No such ledger.")), unknown);
        Assert.Equal((1, new Refusal(RefusalKind.Conflict, "Closed.")), (refused.State!.Commands, refused.Refusal));
        Assert.Equal((1, null), (nothing.State!.Commands, nothing.Refusal));
        Assert.Equal(1, (await ledgers.Store.LoadAsync(id))!.Revision);
    }

    [Fact]
    public async Task A_new_document_is_added_without_being_looked_for_and_one_that_there_is_stays_as_it_is()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var database = new FaultyDatabase(new MemoryDatabase());
        scenario.Database = database;
        var (first, second, id) = ((await scenario.StartAsync()).Ledgers, (await scenario.StartAsync()).Ledgers, scenario.Ids(1)[0]);

        Assert.True(await first.AddAsync(id, Ledger.Command(id, null)));
        Assert.False(await second.AddAsync(id, new(new Ledger(0, 0, 7, []))));
        Assert.Equal(0, database.Loads);
        // Known here, so nobody is asked.
        database.IsDown = true;
        Assert.False(await first.AddAsync(id, new(new Ledger(0, 0, 8, []))));
        database.IsDown = false;

        Assert.Equal(1, (await first.ViewAsync(id))!.Commands);
        // The store was away when it was to be marked as published, so it may have been published twice.
        await Eventually.IsAsync(() => scenario.ReadTold(id).DistinctBy(told => told["ce_id"]).Count() == 1, () => $"{scenario.ReadTold(id).Count} were told");
        // What nothing was decided on is not there.
        Assert.False(await first.AddAsync("none", Decision<Ledger>.Nothing));
        Assert.Null(await first.ViewAsync("none"));
    }

    [Fact]
    public async Task An_event_of_a_document_that_does_not_exist_is_a_bug()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (ledgers, id) = ((await scenario.StartAsync()).Ledgers, scenario.Ids(1)[0]);
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await ledgers.ExecuteAsync(id, _ => new Decision<Ledger>(null, Ledger.Told(id, 1))));
        Assert.Null(await ledgers.ViewAsync(id));
    }

    [Fact]
    public async Task A_write_wakes_those_who_wait_for_it()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (ledgers, id) = ((await scenario.StartAsync()).Ledgers, scenario.Ids(1)[0]);
        var waits = Enumerable.Range(1, 3)
            .Select(n => ledgers.WaitAsync(id, ledger => ledger?.Commands >= n, TimeSpan.FromMinutes(1)).AsTask()).ToList();

        for (var n = 0; n < 3; n++)
        {
            await ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
            Assert.InRange((await waits[n])!.Commands, n + 1, 3);
        }
    }

    [Fact]
    public async Task A_wait_sees_what_another_instance_wrote_and_ends_when_its_time_is_up()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (first, second, id) = ((await scenario.StartAsync()).Ledgers, (await scenario.StartAsync()).Ledgers, scenario.Ids(1)[0]);
        var wait = first.WaitAsync(id, ledger => ledger?.Commands == 1, TimeSpan.FromMinutes(1)).AsTask();
        await second.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        Assert.Equal(1, (await wait)!.Commands);

        Assert.Equal(1, (await first.WaitAsync(id, ledger => ledger?.Commands == 9, TimeSpan.FromMilliseconds(80)))!.Commands);
        Assert.Null(await first.WaitAsync("none", document => document is not null, TimeSpan.Zero));
        using var cancelled = new CancellationTokenSource();
        var endless = first.WaitAsync(id, _ => false, TimeSpan.FromMinutes(1), cancellation: cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless);
    }

    [Fact]
    public async Task However_many_documents_are_waited_for_a_look_reads_few_of_them_and_each_has_its_turn()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var looks = new ConcurrentBag<int>();
        scenario.Database = new FaultyDatabase(new MemoryDatabase()) { Viewing = looks.Add };
        var (first, second, ids) = ((await scenario.StartAsync()).Ledgers, (await scenario.StartAsync()).Ledgers, scenario.Ids(250));
        var waits = ids.Select(id => first.WaitAsync(id, ledger => ledger?.Commands == 1, TimeSpan.FromMinutes(1)).AsTask()).ToList();

        await Eventually.IsAsync(() => looks.Count > 3, () => $"{looks.Count} looks");
        foreach (var id in ids)
            await second.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));

        Assert.All(await Task.WhenAll(waits), ledger => Assert.Equal(1, ledger!.Commands));
        Assert.Equal(100, looks.Max());
    }

    [Fact]
    public async Task Whoever_waits_is_answered_with_what_is_known_when_the_service_stops()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (service, id) = (await scenario.StartAsync(), scenario.Ids(1)[0]);
        await service.Ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        var known = service.Ledgers.WaitAsync(id, _ => false, TimeSpan.FromHours(1)).AsTask();
        var unknown = service.Ledgers.WaitAsync("none", ledger => ledger is not null, TimeSpan.FromHours(1)).AsTask();

        await service.StopAsync();

        Assert.Equal(1, (await known)!.Commands);
        Assert.Null(await unknown);
        Assert.Equal(1, (await service.Ledgers.WaitAsync(id, _ => false, TimeSpan.FromHours(1)))!.Commands);
    }

    [Fact]
    public async Task Many_documents_are_updated_each_for_itself()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var database = new FaultyDatabase(new MemoryDatabase());
        scenario.Database = database;
        var (ledgers, ids) = ((await scenario.StartAsync()).Ledgers, scenario.Ids(3));
        foreach (var id in ids)
            await ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));

        // One changes after it was loaded.
        database.Interferes = id => id == ids[1];
        await ledgers.UpdateManyAsync([.. ids, "none"], (ledger, _) => new(ledger with { Last = 7 }));

        Assert.Equal([7, 0, 7], ids.Select(id => scenario.LedgerAsync(id).Result!.Last));
    }

    [Fact]
    public async Task Documents_that_this_process_knows_are_updated_without_being_loaded_but_nothing_is_left_undone_because_of_what_it_knows()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var database = new FaultyDatabase(new MemoryDatabase());
        scenario.Database = database;
        var (first, second, id) = ((await scenario.StartAsync()).Ledgers, (await scenario.StartAsync()).Ledgers, scenario.Ids(1)[0]);
        await first.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        var loads = database.Loads;

        Assert.Empty(await first.UpdateManyAsync([id], (ledger, _) => new(ledger with { Last = 7 })));
        Assert.Equal(loads, database.Loads);
        await second.ExecuteAsync(id, ledger => new(ledger! with { Last = 8 }));

        Assert.Empty(await first.UpdateManyAsync([id], (ledger, _) => ledger.Last == 8 ? new(ledger with { Last = 9 }) : Decision<Ledger>.Nothing));
        Assert.Equal(9, (await scenario.LedgerAsync(id))!.Last);
    }

    [Fact]
    public async Task What_was_shown_is_never_decided_on()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        // As on a server: what a process knows of documents saves it a round trip.
        scenario.Database = new FaultyDatabase(new MemoryDatabase());
        var rolls = (await scenario.StartAsync(service => service.Documents(Ledger.Type).Documents(Roll.Type))).Get<Repository<Roll>>();
        await scenario.Database.Store(Roll.Type).WriteManyAsync([new("a", 1, new("t", [new([1])]), [])]);
        await ShowAsync(1);
        await rolls.ExecuteAsync("a", roll => new(roll! with { Parts = [.. roll.Parts, new([2])] }));
        await ShowAsync(2);
        await rolls.UpdateManyAsync(["a"], (roll, _) => new(roll with { Parts = [.. roll.Parts, new([3])] }));
        await ShowAsync(3);

        Assert.Equal(3, (await rolls.Store.LoadAsync("a"))!.State.Parts.Count);
        // A state of one's own that has none is refused as well.
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await rolls.ExecuteAsync("a", roll => new(new Roll("t"))));

        async Task ShowAsync(long revision)
        {
            Roll?[] shown =
            [
                await rolls.ViewAsync("a"), rolls.FindRecent("a", TimeSpan.MaxValue) ?? new("t"),
                await rolls.WaitAsync("a", roll => roll is not null, TimeSpan.Zero),
                await rolls.WaitAsync("a", roll => roll is not null, TimeSpan.Zero),
                (await rolls.Store.QueryAsync(IndexQuery.Equal("title", "t", 1)))[0].State,
            ];
            Assert.All(shown, roll => Assert.Throws<InvalidOperationException>(() => roll!.Parts));
            Assert.Equal(revision, (await rolls.Store.ViewAsync("a"))!.Revision);
        }
    }
}
