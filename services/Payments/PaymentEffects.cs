using System.Diagnostics;
using Microsoft.Extensions.Options;
using Ticketing.Documents;
using Ticketing.Messaging;
using Ticketing.Payments.Gateway;

namespace Ticketing.Payments;

/// <summary>
/// Performs the effects that documents record as due, and records them as done. An effect whose process dies, or whose gateway does not
/// answer, falls due again when its lease ends; the gateway's idempotency key makes the second try the same charge or refund.
/// A stop waits a moment for the effects that are under way, so that most need no second try.
/// </summary>
public sealed partial class PaymentEffects(
    Repository<OrderPayment> payments, IPaymentGateway gateway, ProviderInquiry inquiry, IOptions<PaymentOptions> options, TimeProvider time,
    ILogger<PaymentEffects> logger) : IHostedService
{
    // A gateway seldom takes longer, and a stop has little time.
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _lease = options.Value.EffectLease;
    private readonly HashSet<Task> _running = [];

    /// <summary>Until when an effect that starts now is this instance's.</summary>
    public DateTimeOffset LeaseEnd => time.GetUtcNow() + _lease;

    /// <summary>Claims the effects that are due, and starts those that no other instance claimed first. Does not wait for them.</summary>
    public async Task RunAsync(IReadOnlyList<DocumentView<OrderPayment>> due, CancellationToken cancellation)
    {
        foreach (var document in due)
        {
            var claimed = false;
            var (payment, _) = await payments.ExecuteAsync(document.Id, current =>
            {
                var claim = OrderPayment.Claim(current!, time.GetUtcNow(), _lease);
                claimed = claim.State is not null;
                return claim;
            }, cancellation: cancellation);
            if (claimed)
                Start(payment!);
        }
    }

    /// <summary>
    /// Starts the effect of a payment that this instance has claimed. It goes on when the request that asked for it was answered or given up.
    /// </summary>
    public void Start(OrderPayment payment)
    {
        var effect = PerformAsync(payment);
        lock (_running)
            _running.Add(effect);
        effect.ContinueWith(Remove, TaskScheduler.Default);

        void Remove(Task ended)
        {
            lock (_running)
                _running.Remove(ended);
        }
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    async Task IHostedService.StopAsync(CancellationToken cancellationToken)
    {
        Task[] running;
        lock (_running)
            running = [.. _running];
        await Task.WhenAll(running).WaitAsync(DrainTimeout, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task PerformAsync(OrderPayment order)
    {
        // The caller goes on meanwhile.
        await Task.Yield();
        var call = order.CallDue;
        using var activity = payments.StartActivity(NameOf(call), order, ActivityKind.Client);
        try
        {
            using var deadline = new CancellationTokenSource(_lease / 2, time);
            await CallAsync(order, order.Payment!, call, deadline.Token);
        }
        catch (Exception e)
        {
            activity?.SetTag("error.type", e.GetType().FullName).SetStatus(ActivityStatusCode.Error, e.Message);
            LogFailed(e, order.OrderId);
        }
    }

    private async Task CallAsync(OrderPayment order, Payment payment, GatewayCall call, CancellationToken deadline)
    {
        switch (call)
        {
            case GatewayCall.Ask:
                await inquiry.AskAsync(payment.GatewayId!, order.OrderId, heard: null, deadline);
                break;
            case GatewayCall.Refund:
                var refunded = await gateway.RefundAsync(new(payment.RefundKey, payment.GatewayId!, order.RefundDue, order.Currency), deadline);
                // It was refused. The provider may know of a dispute, or of refunds that others made, which is a reason to refund less.
                if (refunded is { Status: RefundStatus.Failed, Id: null })
                    await inquiry.AskAsync(payment.GatewayId!, order.OrderId, heard: null, deadline);
                await RecordAsync(current => OrderPayment.Refunded(current, payment.RefundKey, refunded, time.GetUtcNow(), options.Value.Patience));
                break;
            case GatewayCall.RefundStray:
                var stray = payment.Strays![0];
                var returned = await gateway.RefundAsync(new($"{payment.Id}/stray/{stray}", stray, null, order.Currency), deadline);
                if (returned.Status == RefundStatus.Failed && returned.Reason != "charge_already_refunded")
                    throw new InvalidOperationException($"{stray} could not be refunded: {returned.Reason}.");
                await RecordAsync(current => OrderPayment.StrayRefunded(current, stray, time.GetUtcNow(), options.Value.Patience));
                break;
            default:
                var charge = new Charge(payment.ChargeKey, order.Price, order.Currency, payment.Method, order.OrderId, payment.Id, payment.Attempt);
                var charged = payment.GatewayId is { } id ? await gateway.CancelAsync(id, deadline)
                    : call == GatewayCall.Charge && payment.IsKeyKnown(time.GetUtcNow()) ? await gateway.ChargeAsync(charge, deadline)
                    : await gateway.VoidAsync(charge, deadline);
                await RecordAsync(current => OrderPayment.Charged(current, payment.ChargeKey, charged, time.GetUtcNow(), options.Value.Patience));
                break;
        }

        async Task RecordAsync(Func<OrderPayment?, Decision<OrderPayment>> decide)
        {
            Moments.Reached(Moments.EffectPerformed);
            await payments.ExecuteAsync(order.OrderId, decide, CancellationToken.None);
        }
    }

    private static string NameOf(GatewayCall call) => call switch
    {
        GatewayCall.Charge => "charge payment",
        GatewayCall.Cancel => "cancel payment",
        GatewayCall.Ask => "ask for payment",
        _ => "refund payment",
    };

    [LoggerMessage(LogLevel.Warning, "The payment of order {OrderId} did not get through to its end; it is tried again")]
    private partial void LogFailed(Exception exception, string orderId);
}
