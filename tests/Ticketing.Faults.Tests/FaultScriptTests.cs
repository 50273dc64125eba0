using Ticketing.Faults.Tests.Running;

namespace Ticketing.Faults.Tests;

/// <summary>A seed is a script.</summary>
public sealed class FaultScriptTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void The_same_seed_is_the_same_script_and_another_is_another()
    {
        Assert.Equal(FaultScript.Of(7, Minute), FaultScript.Of(7, Minute));
        Assert.NotEqual(FaultScript.Of(7, Minute), FaultScript.Of(8, Minute));
    }

    [Fact]
    public void Every_kind_has_its_turn_with_a_fault_every_one_or_two_seconds()
    {
        var script = FaultScript.Of(7, Minute);
        Assert.Equal(Enum.GetValues<FaultKind>().Where(kind => kind < FaultKind.StopEverything), script.Select(fault => fault.Kind).Distinct().Order());
        Assert.All(script.Zip(script.Skip(1)), pair => Assert.InRange((pair.Second.At - pair.First.At).TotalSeconds, 1, 2));
    }

    [Fact]
    public void Only_what_has_to_do_with_money_fails_webhooks_first_and_then_the_API()
    {
        var script = FaultScript.OfMoney(7, Minute);
        Assert.Equal(script, FaultScript.OfMoney(7, Minute));
        Assert.NotEqual(script, FaultScript.OfMoney(8, Minute));
        Assert.Equal(
            Enum.GetValues<FaultKind>().Where(kind => kind is >= FaultKind.SlowGateway and <= FaultKind.FreezeStripe or >= FaultKind.DieBeforeRecording and <= FaultKind.DieBeforeHandling),
            script.Select(fault => fault.Kind).Order());
        Assert.Equal([FaultKind.DropWebhooks], script.Where(fault => fault.At < Minute / 12).Select(fault => fault.Kind));
        Assert.All(script, fault => Assert.InRange(fault.At, TimeSpan.Zero, Minute));
        Assert.Equal(script, script.OrderBy(fault => fault.At));
    }
}
