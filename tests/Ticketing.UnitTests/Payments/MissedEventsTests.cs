using Ticketing.Payments.Gateway;
using Ticketing.UnitTests.Payments.Webhooks;
using Ticketing.UnitTests.Telemetry;

namespace Ticketing.UnitTests.Payments;

/// <summary>What no webhook brought is found among the provider's events.</summary>
[Collection(TelemetryTests.ServicesInProcess)]
public sealed class MissedEventsTests
{
    [Fact]
    public async Task A_charge_that_cannot_be_asked_for_hides_no_other_one_and_is_asked_for_again()
    {
        var gateway = new ListingGateway { Broken = "pi_2" };
        await using var service = await WebhookService.StartAsync(new() { Gateway = gateway });

        Assert.True(await service.LookAsync());
        Assert.Equal(["pi_2", "pi_1"], gateway.Asked);

        // Until the next one is due, nobody looks.
        Assert.False(await service.LookAsync());
        service.Pass(TimeSpan.FromMinutes(5));
        gateway.Broken = null;
        Assert.True(await service.LookAsync());
        Assert.Equal(["pi_2", "pi_1", "pi_2", "pi_1"], gateway.Asked);
        Assert.Equal(gateway.Since[0], gateway.Since[1]);

        // All is known: the next look begins where this one did.
        service.Pass(TimeSpan.FromMinutes(5));
        Assert.True(await service.LookAsync());
        Assert.True(gateway.Since[2] > gateway.Since[1]);
    }

    /// <summary>A gateway that lists two charges of nobody's.</summary>
    private sealed class ListingGateway : IPaymentGateway
    {
        public string? Broken { get; set; }

        public List<string> Asked { get; } = [];

        public List<DateTimeOffset> Since { get; } = [];

        public IAsyncEnumerable<ProviderNews> ListNewsAsync(DateTimeOffset since, CancellationToken cancellation)
        {
            Since.Add(since);
            // The newest first.
            return new ProviderNews[] { new("charge.refunded", "pi_2", null), new("charge.refunded", "pi_1", null) }.ToAsyncEnumerable();
        }

        public Task<ProviderCharge?> FindAsync(string chargeId, CancellationToken cancellation)
        {
            Asked.Add(chargeId);
            return chargeId == Broken ? throw new HttpRequestException("as the test wants") : Task.FromResult<ProviderCharge?>(null);
        }

        public bool Knows(string method) => throw new NotSupportedException();

        public Task<ChargeResult> ChargeAsync(Charge charge, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ChargeResult> VoidAsync(Charge charge, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ChargeResult> CancelAsync(string chargeId, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<RefundResult> RefundAsync(Refund refund, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
