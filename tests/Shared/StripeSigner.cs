using System.Security.Cryptography;
using System.Text;

namespace Ticketing;

/// <summary>Makes webhooks as Stripe's documentation says ("Verify webhook signatures manually"), with nothing of the code that checks them.</summary>
internal static class StripeSigner
{
    /// <summary>The <c>Stripe-Signature</c> header of a body.</summary>
    public static string Header(string body, string secret, DateTimeOffset at) => $"t={at.ToUnixTimeSeconds()},v1={Signature(body, secret, at)}";

    /// <summary>One signature.</summary>
    public static string Signature(string body, string secret, DateTimeOffset at) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{at.ToUnixTimeSeconds()}.{body}")));

    /// <summary>An event about a PaymentIntent of a test account.</summary>
    public static string IntentEvent(string id, string type, string intent, string order) => $$$"""
        {"id":"{{{id}}}","object":"event","api_version":"2026-10-28.endive","created":1764500000,"data":{"object":{"id":"{{{intent}}}","object":"payment_intent",
        "amount":2000,"amount_received":2000,"currency":"usd","latest_charge":"ch_1","metadata":{"attempt":"1","order_id":"{{{order}}}"},
        "payment_method":"pm_1","payment_method_types":["card"],"status":"succeeded"}},"livemode":false,"pending_webhooks":1,
        "request":{"id":"req_1","idempotency_key":"k"},"type":"{{{type}}}"}
        """;
}
