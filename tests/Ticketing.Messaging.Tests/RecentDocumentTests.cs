using Ticketing.Documents;
using Ticketing.Documents.Memory;
using Ticketing.Testing;

namespace Ticketing.Messaging.Tests;

/// <summary>What a process knows of a document saves it a round trip, and is never taken for true.</summary>
[Collection(On.EmbeddedBroker)]
public sealed class RecentDocumentTests(EmbeddedBrokers brokers)
{
    private readonly FaultyDatabase _database = new(new MemoryDatabase());

    [Fact]
    public async Task A_document_that_this_process_wrote_is_not_loaded_for_the_next_decision()
    {
        await using var scenario = await OpenAsync();
        var ids = scenario.Ids(3);
        await scenario.StartAsync();
        for (var version = 1; version <= 5; version++)
        {
            await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 1, from: version));
            await scenario.IdleAsync();
        }
        var loads = _database.Loads;

        await scenario.AssertTakenAsync(ids, 5);
        // Once each when they were new, and not for the four versions that followed.
        Assert.Equal(3, loads);
    }

    [Fact]
    public async Task What_was_seen_lately_can_be_had_without_a_look_at_the_store()
    {
        await using var scenario = await OpenAsync();
        var (here, there, id) = ((await scenario.StartAsync()).Ledgers, (await scenario.StartAsync()).Ledgers, scenario.Ids(1)[0]);
        await here.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        await scenario.IdleAsync();
        var loads = _database.Loads;

        Assert.Equal(1, here.FindRecent(id, TimeSpan.FromHours(1))!.Commands);
        Assert.Null(here.FindRecent(id, TimeSpan.Zero));
        Assert.Null(there.FindRecent(id, TimeSpan.FromHours(1)));
        Assert.Equal(loads, _database.Loads);

        await there.WaitAsync(id, ledger => ledger is not null, TimeSpan.FromSeconds(5));
        Assert.Equal(1, there.FindRecent(id, TimeSpan.FromHours(1))!.Commands);
    }

    [Fact]
    public async Task A_write_that_follows_at_once_does_not_overtake_the_events_of_the_one_before()
    {
        await using var scenario = await OpenAsync();
        var (ledgers, id) = ((await scenario.StartAsync()).Ledgers, scenario.Ids(1)[0]);
        ledgers.Writes.Written += document =>
        {
            // Another thread, while the one that wrote the document has come no further.
            if (document.Revision == 1)
                Assert.True(ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger)).AsTask().Wait(TimeSpan.FromSeconds(20)));
        };

        await ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        await scenario.IdleAsync();

        Assert.Equal([-1, -2], scenario.ReadTold(id).Select(record => record.Version));
    }

    [Fact]
    public async Task A_command_that_needs_no_write_or_is_refused_or_throws_is_decided_on_what_is_stored()
    {
        await using var scenario = await OpenAsync();
        var (here, there, id) = ((await scenario.StartAsync()).Ledgers, (await scenario.StartAsync()).Ledgers, scenario.Ids(1)[0]);
        await here.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        await there.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));

        var (state, refusal) = await here.ExecuteAsync(id, ledger => ledger!.Commands == 1
            ? Decision<Ledger>.Refuse(RefusalKind.Conflict, "old") : Decision<Ledger>.Nothing);
        Assert.Equal((2, null), (state!.Commands, refusal));

        await there.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        (state, _) = await here.ExecuteAsync(id, ledger => ledger!.Commands == 2 ? throw new InvalidOperationException("old") : Ledger.Command(id, ledger));
        Assert.Equal(4, state!.Commands);
    }

    [Fact]
    public async Task A_command_whose_caller_goes_while_it_is_written_is_carried_out_and_one_whose_caller_went_before_is_not()
    {
        await using var scenario = await OpenAsync();
        var (ledgers, id) = ((await scenario.StartAsync()).Ledgers, scenario.Ids(1)[0]);
        using var caller = new CancellationTokenSource();
        _database.Interferes = written =>
        {
            // Not what the service writes of its own accord.
            if (written == id)
                caller.Cancel();
            return false;
        };
        var (state, _) = await ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger), cancellation: caller.Token);
        Assert.Equal(1, state!.Commands);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger), cancellation: caller.Token));
        await scenario.IdleAsync();

        Assert.Equal(1, (await scenario.LedgerAsync(id))!.Commands);
        Assert.Equal([-1], scenario.ReadTold(scenario.Name).Select(record => record.Version).Distinct());
    }

    [Fact]
    public async Task A_command_on_an_old_state_meets_a_conflict_and_is_decided_again()
    {
        await using var scenario = await OpenAsync();
        var (here, there, id) = ((await scenario.StartAsync()).Ledgers, (await scenario.StartAsync()).Ledgers, scenario.Ids(1)[0]);
        for (var i = 0; i < 10; i++)
            await (i % 2 == 0 ? here : there).ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        await scenario.IdleAsync();

        Assert.Equal(10, (await scenario.LedgerAsync(id))!.Commands);
        Assert.Equal(
            Enumerable.Range(1, 10).Select(v => (long)-v),
            scenario.ReadTold(scenario.Name).Select(record => record.Version).Distinct());
    }

    [Fact]
    public async Task An_event_that_changes_nothing_as_far_as_this_process_knows_is_decided_on_what_is_stored()
    {
        await using var scenario = await OpenAsync();
        var id = scenario.Ids(1)[0];
        await scenario.StartAsync();
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events([id], 5));
        await scenario.IdleAsync();
        // Another instance, which knows better.
        var stored = (await scenario.Ledgers.LoadAsync(id))!;
        await scenario.Ledgers.WriteManyAsync([stored with { Revision = stored.Revision + 1, State = stored.State with { Last = 3 } }]);

        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events([id], 1, from: 4));
        await scenario.IdleAsync();

        Assert.Equal(4, (await scenario.LedgerAsync(id))!.Last);
    }

    [Fact]
    public async Task An_event_that_changes_nothing_costs_a_look_at_a_document_that_is_stored_as_this_process_knows_it()
    {
        await using var scenario = await OpenAsync();
        var (id, looks, loads) = (scenario.Ids(1)[0], 0, 0);
        await scenario.StartAsync();
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events([id], 5));
        await scenario.IdleAsync();
        _database.Viewing = _ => looks++;
        _database.Loading = _ => Task.FromResult(loads++);

        // Read again.
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events([id], 5));
        await scenario.IdleAsync();

        Assert.True(looks > 0);
        Assert.Equal((0, 5), (loads, (await scenario.LedgerAsync(id))!.Last));
    }

    [Fact]
    public async Task What_another_instance_left_unpublished_goes_before_what_this_one_adds()
    {
        await using var scenario = await OpenAsync();
        var id = scenario.Ids(1)[0];
        var left = new OutboxEvent(
            1, "left", Told.TopicName, id, Told.TypeName, Wire.Bytes(Ledger.Told(id, 7)), DateTimeOffset.UtcNow, null, null);
        await scenario.Ledgers.WriteManyAsync([new Document<Ledger>(id, 1, new(0, 0, 0, []), [left])]);
        var service = await scenario.StartAsync();
        await service.Ledgers.WaitAsync(id, document => document is not null, TimeSpan.FromSeconds(5));
        await service.Ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        await scenario.IdleAsync();

        Assert.Equal([7, -1], scenario.ReadTold(scenario.Name).Select(record => record.Version).Distinct());
    }

    [Fact]
    public async Task A_wait_ends_with_what_is_known_if_it_will_do_and_else_with_what_is_stored()
    {
        await using var scenario = await OpenAsync();
        var (here, there, id) = ((await scenario.StartAsync()).Ledgers, (await scenario.StartAsync()).Ledgers, scenario.Ids(1)[0]);
        await here.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        await there.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));

        Assert.Equal(1, (await here.WaitAsync(id, ledger => ledger?.Commands >= 1, TimeSpan.FromMinutes(1)))!.Commands);
        Assert.Equal(2, (await here.ViewAsync(id))!.Commands);
        await there.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        Assert.Equal(3, (await here.WaitAsync(id, ledger => ledger?.Commands == 9, TimeSpan.Zero))!.Commands);
        await there.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        Assert.Equal(4, (await here.WaitAsync(id, ledger => ledger?.Commands == 4, TimeSpan.FromMinutes(1)))!.Commands);
    }

    [Fact]
    public async Task A_wait_for_what_this_process_will_write_does_not_look_at_the_store_first()
    {
        await using var scenario = await OpenAsync();
        var (ledgers, id) = ((await scenario.StartAsync()).Ledgers, scenario.Ids(1)[0]);
        await ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        _database.IsDown = true;
        var wait = ledgers.WaitAsync(id, ledger => ledger?.Commands == 2, TimeSpan.FromMinutes(1)).AsTask();
        Assert.False(wait.IsCompleted);
        // Nor does it end with an outage of the store.
        await Eventually.IsAsync(() => _database.Refused > 2, () => $"{_database.Refused}");
        _database.IsDown = false;
        await ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));

        Assert.Equal(2, (await wait)!.Commands);
    }

    [Fact]
    public async Task What_is_known_to_be_old_is_forgotten()
    {
        await using var scenario = await OpenAsync();
        var (ledgers, id) = ((await scenario.StartAsync()).Ledgers, scenario.Ids(1)[0]);
        await ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        // Another instance, whose event is on its way.
        await scenario.IdleAsync();
        var told = new OutboxEvent(
            2, "told", Told.TopicName, id, Told.TypeName, Wire.Bytes(Ledger.Told(id, -2)), DateTimeOffset.UtcNow, null, null);
        await scenario.Ledgers.WriteManyAsync([new Document<Ledger>(id, 2, new(0, 0, 2, []), [told])]);

        await ledgers.ExecuteAsync(id, _ => Decision<Ledger>.Nothing);

        Assert.Equal(2, (await ledgers.WaitAsync(id, ledger => ledger is not null, TimeSpan.FromMinutes(1)))!.Commands);
    }

    private async Task<Scenario> OpenAsync()
    {
        var scenario = await Scenario.OpenAsync(brokers);
        scenario.Database = _database;
        return scenario;
    }
}
