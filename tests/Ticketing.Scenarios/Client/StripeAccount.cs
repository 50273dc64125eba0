using Stripe;

namespace Ticketing.Scenarios.Client;

/// <summary>The account of a Stripe simulator: its books, by Stripe's own client, and what cardholders and banks decide.</summary>
public sealed class StripeAccount(Uri url) : IDisposable
{
    // A proxy of the environment has no business here. Where the bank sends its customer back to is no matter.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly StripeClient _stripe = new("sk_test_reader", apiBase: url.GetLeftPart(UriPartial.Authority));

    /// <summary>An order's PaymentIntents, the newest first.</summary>
    public async Task<List<PaymentIntent>> IntentsAsync(Order order) =>
        [.. (await AllIntentsAsync()).Where(intent => OrderOf(intent) == order.Id)];

    /// <summary>An order's refunds, the newest first.</summary>
    public async Task<List<Stripe.Refund>> RefundsAsync(Order order)
    {
        var intents = (await IntentsAsync(order)).Select(intent => intent.Id).ToHashSet();
        return [.. (await AllRefundsAsync()).Where(refund => intents.Contains(refund.PaymentIntentId))];
    }

    /// <summary>What was captured of each order, and what went back and arrived, in its currency. An order of which no money moved is not in it.</summary>
    public async Task<Dictionary<string, (decimal Captured, decimal Refunded)>> MoneyAsync()
    {
        var (intents, refunds) = (await AllIntentsAsync(), await AllRefundsAsync());
        var back = refunds.Where(refund => refund.Status != "failed").ToLookup(refund => refund.PaymentIntentId, refund => refund.Amount);
        return intents.Where(intent => intent.AmountReceived > 0).GroupBy(OrderOf).ToDictionary(order => order.Key, order => (
            order.Sum(intent => Amount(intent.AmountReceived, intent.Currency)), order.Sum(intent => Amount(back[intent.Id].Sum(), intent.Currency))));
    }

    /// <summary>The cardholder decides on the page of the bank.</summary>
    public async Task AuthenticateAsync(Uri page, bool approves)
    {
        using var form = new FormUrlEncodedContent([new("decision", approves ? "approve" : "decline")]);
        using var answer = await _http.PostAsync(page, form, TestContext.Current.CancellationToken);
        Assert.Equal(Redirect, answer.StatusCode);
    }

    /// <summary>The bank decides a dispute.</summary>
    public async Task DecideAsync(string dispute, bool isWon)
    {
        using var form = new FormUrlEncodedContent([new("decision", isWon ? "win" : "lose")]);
        using var answer = await _http.PostAsync(new Uri(url, $"/disputes/{dispute}"), form, TestContext.Current.CancellationToken);
        Assert.Equal(Redirect, answer.StatusCode);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<List<PaymentIntent>> AllIntentsAsync() =>
        await _stripe.V1.PaymentIntents.ListAutoPagingAsync(new() { Limit = 100 }).ToListAsync(TestContext.Current.CancellationToken);

    private async Task<List<Stripe.Refund>> AllRefundsAsync() =>
        await _stripe.V1.Refunds.ListAutoPagingAsync(new() { Limit = 100 }).ToListAsync(TestContext.Current.CancellationToken);

    private static string OrderOf(PaymentIntent intent) => intent.Metadata.GetValueOrDefault("order_id", "");

    // Those that the scenarios pay in.
    private static decimal Amount(long minorUnits, string currency) => minorUnits / (currency switch
    {
        "jpy" => 1m,
        "kwd" => 1000m,
        _ => 100m,
    });
}
