using Ticketing.Messaging.DeadLetters;
using Ticketing.Messaging.Tests.Telemetry;

namespace Ticketing.Messaging.Tests;

/// <summary>What needs a process in which nothing else runs.</summary>
[Collection(nameof(Alone))]
public sealed class DeadLetterTests(RealBroker shared)
{
    private const int Large = 900_000;

    [Fact]
    public async Task A_list_of_large_dead_letters_takes_little_memory()
    {
        await using var scenario = await Scenario.OpenAsync(shared);
        var letters = (await scenario.StartAsync()).Get<DeadLetterLog>();
        await scenario.Wire.SendAsync(scenario.Topic, scenario.Ids(100).Select(id => (id, (byte[]?)new byte[Large])));
        await scenario.IdleAsync();

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var page = await letters.ListAsync(200, null, TestContext.Current.CancellationToken);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.Equal(Enumerable.Repeat<int?>(Large, 100), page.Letters.Select(letter => letter.ValueBytes));
        // Their values are 90 MB. The rest of the service allocates, too.
        Assert.True(allocated < 20 * Large, $"{allocated:N0}");
    }
}
