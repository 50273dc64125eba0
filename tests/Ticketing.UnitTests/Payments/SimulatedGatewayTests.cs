using Microsoft.Extensions.Options;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;

namespace Ticketing.UnitTests.Payments;

public sealed class SimulatedGatewayTests
{
    private static readonly SimulatedGateway Gateway = New();

    public static TheoryData<string, string?> Cards => new()
    {
        { "pm_card_visa", null },
        { "pm_card_mastercard", null },
        { "pm_card_amex", null },
        { "pm_card_chargeDeclined", "generic_decline" },
        { "pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds" },
        { "pm_card_visa_chargeDeclinedLostCard", "lost_card" },
        { "pm_card_visa_chargeDeclinedStolenCard", "stolen_card" },
        { "pm_card_chargeDeclinedFraudulent", "fraudulent" },
        { "pm_card_chargeDeclinedExpiredCard", "expired_card" },
        { "pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc" },
        { "pm_card_chargeDeclinedProcessingError", "processing_error" },
    };

    [Theory]
    [MemberData(nameof(Cards))]
    public async Task The_named_card_decides_the_outcome(string card, string? declineCode)
    {
        var result = await Charge(Gateway, "k", card);

        Assert.True(Gateway.Knows(card));
        Assert.Equal((declineCode, declineCode is null), (result.DeclineCode, result.IsCaptured));
    }

    [Theory]
    [InlineData("")]
    [InlineData("pm_card")]
    [InlineData("PM_CARD_VISA")]
    [InlineData("4242424242424242")]
    public void Other_methods_are_not_known(string method) => Assert.False(Gateway.Knows(method));

    [Fact]
    public async Task The_same_key_is_the_same_charge_even_after_a_restart()
    {
        Assert.Equal(await Charge(Gateway, "k"), await Charge(New(), "k"));
        Assert.NotEqual((await Charge(Gateway, "k")).Id, (await Charge(Gateway, "k2")).Id);
    }

    [Fact]
    public async Task A_call_that_is_given_up_throws()
    {
        var slow = New(TimeSpan.FromHours(1));
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(10));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow.ChargeAsync(new("k", 1, "USD", "pm_card_visa", "o", "p", 1), deadline.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow.RefundAsync(new("k", "ch_1", 1, "USD"), deadline.Token));
    }

    private static SimulatedGateway New(TimeSpan latency = default) =>
        new(Options.Create(new PaymentOptions { GatewayLatency = latency }), TimeProvider.System);

    private static Task<ChargeResult> Charge(SimulatedGateway gateway, string key, string card = "pm_card_visa") =>
        gateway.ChargeAsync(new(key, 20, "USD", card, "o", "p", 1), TestContext.Current.CancellationToken);
}
