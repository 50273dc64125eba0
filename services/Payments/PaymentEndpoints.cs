using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
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
        var payments = app.MapGroup("/api").WithTags("Payments").RequireAuthorization().WithHeaderRules();
        payments.MapPost("/payments", PayAsync).WithName("PayOrder").WithETag().WithSummary("Pays an order, or tries again after a declined card.")
            .WithDescription("With the status requires_action, the buyer has to confirm on the page at nextAction.url, or with Stripe.js and the clientSecret, while the hold lasts.")
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity);
        payments.MapGet("/payments/{orderId}", GetAsync).WithName("GetPayment").WithETag().WithSummary("Shows the payment of an order.").Refuses(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Created<PaymentResponse>, ProblemHttpResult>> PayAsync(
        PayOrder request, HttpContext http, ClaimsPrincipal user, Repository<OrderPayment> payments, PaymentEffects effects,
        IOptions<PaymentOptions> options, TimeProvider time, [FromHeader(Name = IdempotencyKey.Header), IdempotencyKey.WellFormed] string? key = null)
    {
        var id = request.OrderId!;
        // An order that is known here soon is what its buyer sees; one that is not may be anything.
        var known = await WaitAsync(order => order is not null and not { OrderStatus: OrderStatus.Created }, ReplicaPatience);
        if (known is { OrderStatus: OrderStatus.Created })
            await WaitAsync(order => order is not { OrderStatus: OrderStatus.Created }, options.Value.AnswerWithin);

        var attempt = new PayAttempt(Guid.CreateVersion7().ToString(), user.Id(), request.PaymentMethod!, options.Value.MaxAttempts, IdempotencyKey.Of(key));
        var started = false;
        var (payment, refusal) = await payments.ExecuteAsync(id, order =>
        {
            var now = time.GetUtcNow();
            var decision = OrderPayment.Pay(order, attempt, now, effects.LeaseEnd, now + options.Value.AnswerTimeout);
            started = decision.State is not null;
            return decision;
        }, cancellation: http.RequestAborted);
        if (refusal is not null)
            return payment is null ? await Refusals.NotFoundHereAsync(http, "order", id) : refusal.ToProblem();
        if (started)
            effects.Start(payment!);

        var answered = await WaitAsync(order => order is { Payment.Status: not PaymentStatus.Processing }, options.Value.AnswerWithin);
        http.Response.Headers.ETag = answered!.ETag;
        return TypedResults.Created($"/api/payments/{id}", PaymentResponse.Of(answered));

        // Before the command and after it: the one finds out what is newer, and a payment that is decided stays decided.
        async Task<OrderPayment?> WaitAsync(Func<OrderPayment?, bool> until, TimeSpan timeout) =>
            await payments.WaitAsync(id, until, timeout, http.RequestAborted);
    }

    private static async Task<Results<Ok<PaymentResponse>, ProblemHttpResult>> GetAsync(
        string orderId, HttpContext http, ClaimsPrincipal user, Repository<OrderPayment> payments)
    {
        // A payment begins here: one that is not known here is none.
        if (await payments.ViewAsync(orderId, http.RequestAborted) is not { Payment: not null } order || order.UserId != user.Id())
            return Refusals.NotFound("payment of order", orderId);
        http.Response.Headers.ETag = order.ETag;
        return TypedResults.Ok(PaymentResponse.Of(order));
    }
}

/// <summary>The body of <c>POST /api/payments</c>.</summary>
/// <param name="OrderId">What to pay.</param>
/// <param name="PaymentMethod">From where, in the gateway's terms.</param>
/// <example>{"orderId":"0198b7c2-91f4-7a08-b6d3-4c8e7f105a2b","paymentMethod":"pm_card_visa"}</example>
public sealed record PayOrder([property: Id(Required = true)] string? OrderId, [property: PaymentMethod] string? PaymentMethod);

/// <summary>A payment method that the gateway knows.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PaymentMethodAttribute : ValidationAttribute
{
    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string method && validationContext.GetRequiredService<IPaymentGateway>().Knows(method)
            ? ValidationResult.Success
            : new("must be a payment method such as pm_card_visa.");
}

