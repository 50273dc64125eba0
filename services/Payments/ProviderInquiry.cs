using Microsoft.Extensions.Options;
using Stripe;
using Ticketing.Messaging;
using Ticketing.Payments.Gateway;

namespace Ticketing.Payments;

/// <summary>Asks the provider how a PaymentIntent is. This version takes nothing over; it stands in for the one of the branch of the core.</summary>
public sealed class ProviderInquiry(IHttpClientFactory http, IOptions<StripeOptions> options, Repository<OrderPayment> payments)
{
    private readonly StripeClient _stripe = new(new StripeClientOptions
    {
        ApiKey = options.Value.ApiKey,
        ApiBase = options.Value.ApiBase.TrimEnd('/'),
        HttpClient = new SystemNetHttpClient(http.CreateClient(nameof(StripeGateway)), enableTelemetry: false),
    });

    /// <summary>Asks the provider how a PaymentIntent is and takes that over. It may be asked again.</summary>
    /// <param name="intentId">The PaymentIntent.</param>
    /// <param name="orderId">Its order, if the caller knows it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="Exception">The provider or the store cannot be reached; ask again later.</exception>
    public async Task<InquiryResult> AskAsync(string intentId, string? orderId, CancellationToken cancellation)
    {
        try
        {
            var intent = await _stripe.V1.PaymentIntents.GetAsync(intentId, null, null, cancellation);
            return intent.Metadata.TryGetValue("order_id", out var id) && await payments.ViewAsync(id, cancellation) is not null
                ? InquiryResult.NothingNew
                : InquiryResult.NotOurs;
        }
        catch (StripeException e) when (e.StripeError?.Code == "resource_missing")
        {
            return InquiryResult.NotOurs;
        }
    }
}

/// <summary>What the provider's answer is here.</summary>
public enum InquiryResult
{
    /// <summary>It was news, and is stored.</summary>
    TakenOver,

    /// <summary>All of it was known.</summary>
    NothingNew,

    /// <summary>The PaymentIntent does not name an order, or none that is known here.</summary>
    NotOurs,
}
