using Ticketing.Payments;

namespace Ticketing.UnitTests.Payments;

public sealed class ProviderLookTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(4);
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_first_look_goes_a_day_back() =>
        Assert.Equal(new ProviderLook(Now.AddDays(-1), Now + Every), ProviderLook.Claim(null, Now, Every).State);

    [Fact]
    public void While_one_looks_no_other_one_does()
    {
        var look = ProviderLook.Claim(null, Now, Every).State;
        Assert.Null(ProviderLook.Claim(look, Now + Every - TimeSpan.FromTicks(1), Every).State);
    }

    [Fact]
    public void The_look_of_one_that_died_is_made_again_when_the_next_one_is_due()
    {
        var look = ProviderLook.Claim(null, Now, Every).State!;
        Assert.Equal(look with { DueAt = Now + (2 * Every) }, ProviderLook.Claim(look, Now + Every, Every).State);
    }
}
