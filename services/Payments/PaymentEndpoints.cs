using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Payments.Gateway;
using Ticketing.ServiceDefaults;

namespace Ticketing.Payments;

/// <summary>The REST calls on payments. Another's payment does not exist.</summary>
public static class PaymentEndpoints
{
    // An order whose seats were reserved this moment may still be on its way here, a little longer while instances come and go.
    private static readonly TimeSpan ReplicaPatience = TimeSpan.FromSeconds(2);

    /// <summary>Maps <c>/api/payments</c>.</summary>
    public static void MapPayments(this IEndpointRouteBuilder app)
    {
        var payments = app.MapGroup("/api").WithTags("Payments").RequireAuthorization();
        payments.MapPost("/payments", PayAsync);
        payments.MapGet("/payments/{orderId}", GetAsync);
    }

    private static async Task<Results<Created<PaymentResponse>, ValidationProblem, ProblemHttpResult>> PayAsync(
        PayOrder request, HttpContext http, ClaimsPrincipal user, Repository<OrderPayment> payments, IPaymentGateway gateway,
        PaymentEffects effects, IOptions<PaymentOptions> options)
    {
        var validation = new Validation()
            .Id(request.OrderId, "orderId")
            .Check(request.PaymentMethod is { } named && gateway.Knows(named), "paymentMethod", "paymentMethod must be a payment method such as pm_card_visa.");
        if (validation.Problem is { } problem)
            return problem;
        var id = request.OrderId!;
        // An order that is known here soon is what its buyer sees; one that is not may be anything.
        var known = await WaitAsync(order => order is not null and not { OrderStatus: OrderStatus.Created }, ReplicaPatience);
        if (known is { OrderStatus: OrderStatus.Created })
            await WaitAsync(order => order is not { OrderStatus: OrderStatus.Created }, options.Value.AnswerWithin);

        var (paymentId, started) = (Guid.CreateVersion7().ToString(), false);
        var (payment, refusal) = await payments.ExecuteAsync(id, order =>
        {
            var decision = OrderPayment.Pay(order, paymentId, user.Id(), request.PaymentMethod!, effects.LeaseEnd);
            started = decision.State is not null;
            return decision;
        }, cancellation: http.RequestAborted);
        if (refusal is not null)
            return refusal.ToProblem();
        if (started)
            effects.Start(payment!);

        var answered = await WaitAsync(order => order is { Payment.Status: not PaymentStatus.Processing }, options.Value.AnswerWithin);
        return TypedResults.Created($"/api/payments/{id}", PaymentResponse.Of(answered!));

        // Before the command and after it: the one finds out what is newer, and a payment that is decided stays decided.
        async Task<OrderPayment?> WaitAsync(Func<OrderPayment?, bool> until, TimeSpan timeout) =>
            await payments.WaitAsync(id, until, timeout, http.RequestAborted);
    }

    private static async Task<Results<Ok<PaymentResponse>, ProblemHttpResult>> GetAsync(
        string orderId, HttpContext http, ClaimsPrincipal user, Repository<OrderPayment> payments) =>
        await payments.ViewAsync(orderId, http.RequestAborted) is { Payment: not null } order && order.UserId == user.Id()
            ? TypedResults.Ok(PaymentResponse.Of(order))
            : Refusals.NotFound("payment of order", orderId);
}

/// <summary>The body of <c>POST /api/payments</c>.</summary>
/// <param name="OrderId">What to pay.</param>
/// <param name="PaymentMethod">From where, in the gateway's terms.</param>
public sealed record PayOrder(string? OrderId, string? PaymentMethod);

/// <summary>A payment as its payer sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="OrderId">What is paid.</param>
/// <param name="PaymentId">The gateway's name for the charge, once it answered.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Reason">Why it was declined.</param>
public sealed record PaymentResponse(string Id, string OrderId, string? PaymentId, PaymentStatus Status, string? Reason)
{
    /// <summary>What its payer sees of a payment.</summary>
    public static PaymentResponse Of(OrderPayment order) => new(
        order.Payment!.Id, order.OrderId, order.Payment.GatewayId, order.Payment.Status, order.Payment.Reason);
}
