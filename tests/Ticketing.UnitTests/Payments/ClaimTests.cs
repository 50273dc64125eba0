using Ticketing.Contracts;
using Ticketing.Payments;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Payments;

public sealed class ClaimTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);
    private static readonly DateTimeOffset Due = Some.Noon + Lease;

    [Fact]
    public void One_instance_claims_an_effect_that_is_due_until_its_lease_ends() => Given(Some.Processing())
        .When(payment => OrderPayment.Claim(payment!, Due, Lease)).Then()
        .With(payment => Assert.Equal((Due + Lease, 1L), (payment.Payment!.DueAt, payment.Payment.Version)))
        .When(payment => OrderPayment.Claim(payment!, Due, Lease)).ThenNothing()
        .When(payment => OrderPayment.Claim(payment!, Due + Lease, Lease)).Then()
        // Twice as long as before: whatever is wrong seldom ends at once.
        .With(payment => Assert.Equal(Due + Lease + (2 * Lease), payment.Payment!.DueAt));

    [Fact]
    public void What_is_not_due_is_not_claimed()
    {
        Given(Some.Processing()).When(payment => OrderPayment.Claim(payment!, Due.AddTicks(-1), Lease)).ThenNothing();
        Given(Some.Captured()).When(payment => OrderPayment.Claim(payment!, Due, Lease)).ThenNothing();
        Given(Some.Unpaid<OrderPending>(2)).When(payment => OrderPayment.Claim(payment!, Due, Lease)).ThenNothing();
    }
}
