using System.Text.RegularExpressions;

namespace Ticketing.Payments.Gateway;

/// <summary>Settings under <c>Payments:Stripe:</c>.</summary>
public sealed partial class StripeOptions
{
    /// <summary>The account's secret key, or a restricted one. Without it, payments are simulated.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>Where Stripe's API is.</summary>
    public string ApiBase { get; set; } = "https://api.stripe.com";

    /// <summary>
    /// Where the bank's page (3-D Secure) sends the buyer back to; <c>{orderId}</c> in it stands for the order. Without it, the buyer's page confirms with
    /// Stripe.js and the client secret.
    /// </summary>
    public string? ReturnUrl { get; set; }

    /// <summary>The signing secrets of the endpoint for webhooks (<c>whsec_…</c>): several while one is replaced. Without one, there is no endpoint.</summary>
    public IReadOnlyList<string> WebhookSecrets { get; set; } = [];

    /// <summary>
    /// How many charges an instance may ask Stripe for in a second, because it has heard of them or waits for them. Null is 50, or 12 with a test key: half of
    /// what Stripe allows an account. What buyers pay does not count.
    /// </summary>
    public int? QuestionsPerSecond { get; set; }

    /// <summary>Whether the key moves real money.</summary>
    public bool IsLive => ApiKey.Length > 2 && ApiKey.AsSpan(2).StartsWith("_live_");

    /// <summary>What is wrong with the settings; null if nothing is. It never shows the key or a secret.</summary>
    public string? Problem
    {
        get
        {
            if (!WellFormedKey().IsMatch(ApiKey))
                return "Payments:Stripe:ApiKey must begin with sk_test_, sk_live_, rk_test_ or rk_live_, and go on with letters, digits and underscores.";
            if (!Uri.TryCreate(ApiBase, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
                return "Payments:Stripe:ApiBase must be an absolute http or https URL.";
            if (url is { Scheme: "http", IsLoopback: false })
                return "Payments:Stripe:ApiBase must be an https URL unless it is on this machine.";
            if (url.IsLoopback && IsLive)
                return "Payments:Stripe:ApiKey is a live key, and Payments:Stripe:ApiBase is on this machine: use a test key there.";
            if (ReturnUrl is { Length: > 0 } back && !(Uri.TryCreate(back, UriKind.Absolute, out var page) && page.Scheme is "http" or "https"))
                return "Payments:Stripe:ReturnUrl must be an absolute http or https URL.";
            if (!WebhookSecrets.All(secret => WellFormedSecret().IsMatch(secret)))
                return "Each of Payments:Stripe:WebhookSecrets must begin with whsec_, and go on without spaces.";
            return QuestionsPerSecond < 1 ? "Payments:Stripe:QuestionsPerSecond must be 1 or more." : null;
        }
    }

    [GeneratedRegex(@"\A[sr]k_(test|live)_\w+\z", RegexOptions.ECMAScript)]
    private static partial Regex WellFormedKey();

    [GeneratedRegex(@"\Awhsec_\S+\z")]
    private static partial Regex WellFormedSecret();
}
