using Ticketing.Faults.Tests.Running;

namespace Ticketing.Faults.Tests.Load;

/// <summary>What goes on behind the buyers' backs: the bank decides disputes, and an operator sends refunds again that failed.</summary>
internal sealed class BackOffice(Person operating, StripeAccount stripe)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            // Half of them, so that others are open for longer.
            foreach (var dispute in (await stripe.DisputesAsync(stop)).Where(dispute => dispute.IsOpen && Random.Shared.Next(2) == 0))
                await DecideAsync(dispute, stop);
            foreach (var failed in (await operating.FailedRefundsAsync(stop)).Where(_ => Random.Shared.Next(2) == 0))
                await operating.RetryRefundAsync(failed.OrderId, stop);
            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Goes on until nothing is left to do.</summary>
    /// <returns>Whether nothing was: no dispute is open, none will be opened, no refund is on its way or will fail, and none failed that could succeed.</returns>
    public async Task<bool> FinishAsync()
    {
        var books = await stripe.ReadAsync();
        var open = books.Disputes.Where(dispute => dispute.IsOpen).ToList();
        foreach (var dispute in open)
            await DecideAsync(dispute, CancellationToken.None);
        var hopeless = books.Intents.Where(intent => intent.RefundsFail).ToDictionary(intent => intent.Id);
        var hopeful = (await operating.FailedRefundsAsync(CancellationToken.None)).Where(failed => !hopeless.ContainsKey(failed.PaymentId)).ToList();
        foreach (var failed in hopeful)
            await operating.RetryRefundAsync(failed.OrderId, CancellationToken.None);
        return open.Count == 0 && hopeful.Count == 0
            && books.Intents.Where(intent => intent.WillBeDisputed).All(intent => books.Disputes.Any(dispute => dispute.PaymentIntent == intent.Id))
            && !books.Refunds.Any(refund => refund.Status == "pending" || (refund.Status == "succeeded" && hopeless.ContainsKey(refund.PaymentIntent)));
    }

    // Nobody knows who wins.
    private Task DecideAsync(StripeDispute dispute, CancellationToken stop) => stripe.DecideAsync(dispute.Id, isWon: dispute.Id[^1] % 2 == 0, stop);
}
