using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Ticketing.Documents.Memory;
using Ticketing.Testing;

namespace Ticketing.Messaging.Tests;

/// <summary>What a publisher knows of its logs without a broker.</summary>
public sealed class PublishedLogTests
{
    [Fact]
    public async Task How_far_a_log_has_grown_is_stored_while_no_broker_says_so()
    {
        var database = new MemoryDatabase();
        var ends = new LogEnds();
        using var logs = Start(database, ends);
        ends.Acknowledged(new("told", 2, 6));
        ends.Acknowledged(new("told", 0, 3));

        await logs.StartAsync(TestContext.Current.CancellationToken);

        await Eventually.IsAsync(
            async () => (await database.Store(PublishedLog.Type).LoadAsync("told"))?.State.Ends.SequenceEqual([4, 0, 7]) == true, () => "it is not stored");
    }

    [Fact]
    public async Task What_is_stored_of_other_instances_stays()
    {
        var database = new MemoryDatabase();
        await database.Store(PublishedLog.Type).WriteManyAsync([new("told", 1, new([9, 1], IsRetelling: true, "store"), [])]);
        var ends = new LogEnds();
        using var logs = Start(database, ends);
        ends.Acknowledged(new("told", 1, 5));

        await logs.StartAsync(TestContext.Current.CancellationToken);

        await Eventually.IsAsync(
            async () => (await database.Store(PublishedLog.Type).LoadAsync("told"))!.State.IsSame(new([9, 6], IsRetelling: true, "store")), () => "it is not stored");
    }

    [Fact]
    public async Task That_a_log_is_lost_is_stored_while_no_broker_says_so()
    {
        var database = new MemoryDatabase();
        await database.Store(PublishedLog.Type).WriteManyAsync([new("told", 1, new([3, 5], StoreId: "store"), [])]);
        var ends = new LogEnds();
        using var logs = Start(database, ends);
        await logs.StartAsync(TestContext.Current.CancellationToken);
        await ends.AreKnown;

        ends.Acknowledged(new("told", 1, 5));
        Assert.False(ends.IsLost("told"));
        // This one was there before the process.
        ends.Acknowledged(new("told", 0, 2));

        // It is stored before anyone takes it for stored.
        Assert.True(!ends.AreStored || await IsStoredAsync());
        await Eventually.IsAsync(() => ends.AreStored, () => "it is not known to be stored");
        Assert.True(await IsStoredAsync());

        async Task<bool> IsStoredAsync() => (await database.Store(PublishedLog.Type).LoadAsync("told"))!.State.IsSame(new([3], IsRetelling: true, "store"));
    }

    private static PublishedLogs Start(MemoryDatabase database, LogEnds ends) => new(
        new KafkaSettings(new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:kafka", "127.0.0.1:1")]).Build()),
        ["told"], [], database, new EventMessages("/test"), ends, new MessagingOptions(), TimeProvider.System, NullLogger<PublishedLogs>.Instance);
}
