using System.Net;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>A simulator, a shop that it tells what happens, and a browser without JavaScript.</summary>
public abstract class PagesTest : IAsyncLifetime
{
    protected HttpClient Browser { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private protected WebhookReceiver Shop { get; private set; } = null!;

    private protected SimulatedStripe Stripe { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Shop = await WebhookReceiver.StartAsync();
        Stripe = await SimulatedStripe.StartAsync([.. Shop.Options, "--bankDelay", "0"]);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Browser.Dispose();
        await Stripe.DisposeAsync();
        await Shop.DisposeAsync();
    }

    protected async Task<string> ReadAsync(string url)
    {
        using var answer = await Browser.GetAsync(new Uri(new(Stripe.Url), url), Cancellation);
        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }

    protected async Task<HttpResponseMessage> PostAsync(string url, string form, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new(Stripe.Url), url))
        {
            Content = new StringContent(form, null, "application/x-www-form-urlencoded"),
        };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Browser.SendAsync(request, Cancellation);
    }
}
