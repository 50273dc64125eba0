using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Payments;

/// <summary>What operators do with refunds that did not reach the buyer.</summary>
public static partial class RefundFailures
{
    /// <summary>Maps <c>/refund-failures</c>.</summary>
    public static void MapRefundFailures(this IEndpointRouteBuilder app)
    {
        var failures = app.MapGroup("/refund-failures").WithTags("Operators").WithHeaderRules().RequireRole(Roles.Operator);
        failures.MapGet("/", ListAsync).WithName("ListRefundFailures").WithSummary("Lists the orders with a refund that failed, by their ids.")
            .WithDescription("Link with rel=next leads to the next page.");
        failures.MapPost("/{orderId}/retry", RetryAsync).WithName("RetryRefund").Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)
            .WithSummary("Sends what failed to go back to the buyer again.").WithDescription("409 if no refund of the order has failed, or its charge is disputed.");
    }

    private static async Task<Ok<RefundFailure[]>> ListAsync(
        Repository<OrderPayment> payments, HttpContext http, [PageSize] int limit = PageSizeAttribute.Default, [Id] string? after = null)
    {
        var page = await payments.Store.QueryAsync(IndexQuery.Equal("refund_failed", "", limit, after), http.RequestAborted);
        if (page.Count == limit)
            http.Response.LinkNext(new() { ["limit"] = $"{limit}", ["after"] = page[^1].Id });
        return TypedResults.Ok(page.Select(document => RefundFailure.Of(document.State)).ToArray());
    }

    private static async Task<Results<Accepted<RefundFailure>, ProblemHttpResult>> RetryAsync(
        string orderId, Repository<OrderPayment> payments, TimeProvider time, ClaimsPrincipal user, ILogger<OrderPayment> logger, HttpContext http)
    {
        var (order, refusal) = await payments.ExecuteAsync(orderId, current => OrderPayment.RetryRefund(current, time.GetUtcNow()), http.RequestAborted);
        if (refusal is not null)
            return refusal.ToProblem();
        LogRetried(logger, orderId, user.Id());
        return TypedResults.Accepted((string?)null, RefundFailure.Of(order!));
    }

    [LoggerMessage(LogLevel.Information, "The refund of order {OrderId} is tried again for operator {User}")]
    private static partial void LogRetried(ILogger logger, string orderId, string user);
}

/// <summary>An order whose refund failed.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="UserId">The buyer.</param>
/// <param name="PaymentId">The gateway's name for the charge.</param>
/// <param name="Status">Where its payment stands.</param>
/// <param name="Reason">Why the refund failed; null once it is tried again.</param>
/// <param name="FailedAt">When it failed.</param>
/// <param name="Amount">What was paid.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Refunded">How much has gone back.</param>
/// <param name="Refunds">Every refund, in their order.</param>
public sealed record RefundFailure(
    string OrderId, string UserId, string? PaymentId, PaymentStatus Status, string? Reason, DateTimeOffset? FailedAt, decimal Amount, string Currency,
    decimal Refunded, IReadOnlyList<RefundResponse> Refunds)
{
    /// <summary>What operators see of it.</summary>
    public static RefundFailure Of(OrderPayment order) => new(
        order.OrderId, order.UserId, order.Payment!.GatewayId, order.Payment.Status, order.Payment.RefundFailure, order.Payment.RefundFailedAt, order.Price,
        order.Currency, order.AmountRefunded, PaymentResponse.Of(order).Refunds);
}
