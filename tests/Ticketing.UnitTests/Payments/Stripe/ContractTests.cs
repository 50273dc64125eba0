using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Stripe;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>
/// Whatever the simulator answers has the form of Stripe's objects: names and types as in the classes that Stripe generates for Stripe.net, and
/// the fields and values that Stripe's OpenAPI description names (github.com/stripe/openapi, latest/openapi.spec3.json of August 2026).
/// </summary>
public sealed class ContractTests : BooksTest
{
    private static readonly Dictionary<Type, string> Required = new()
    {
        [typeof(PaymentIntent)] = "created id livemode object status",
        [typeof(PaymentIntentNextAction)] = "type",
        [typeof(Charge)] = "amount amount_captured amount_refunded billing_details captured created currency disputed id livemode metadata object "
            + "paid refunded status",
        [typeof(ChargeOutcome)] = "type",
        [typeof(Refund)] = "amount created currency id object",
        [typeof(Dispute)] = "amount balance_transactions charge created currency enhanced_eligibility_types evidence evidence_details id is_charge_refundable "
            + "livemode metadata object reason status",
        [typeof(DisputeEvidence)] = "enhanced_evidence",
        [typeof(DisputeEvidenceDetails)] = "enhanced_eligibility has_evidence past_due submission_count",
        [typeof(Event)] = "created data id livemode object pending_webhooks type",
        [typeof(EventData)] = "object",
        [typeof(StripeError)] = "type",
    };

    private static readonly Dictionary<(Type, string), string> Values = new()
    {
        [(typeof(PaymentIntent), "status")] =
            "canceled processing requires_action requires_capture requires_confirmation requires_payment_method succeeded",
        [(typeof(PaymentIntent), "capture_method")] = "automatic automatic_async manual",
        [(typeof(PaymentIntent), "confirmation_method")] = "automatic manual",
        [(typeof(Charge), "status")] = "failed pending succeeded",
        [(typeof(ChargeOutcome), "network_status")] = "approved_by_network declined_by_network not_sent_to_network reversed_after_approval",
        [(typeof(ChargeOutcome), "type")] = "authorized blocked invalid issuer_declined manual_review",
        [(typeof(Refund), "status")] = "canceled failed pending requires_action succeeded",
        [(typeof(Refund), "failure_reason")] =
            "charge_for_pending_refund_disputed declined expired_or_canceled_card insufficient_funds lost_or_stolen_card merchant_request unknown",
        [(typeof(Dispute), "status")] =
            "lost needs_response prevented under_review warning_closed warning_needs_response warning_under_review won",
        [(typeof(Dispute), "reason")] = "duplicate fraudulent general product_not_received product_unacceptable unrecognized",
        [(typeof(StripeError), "type")] = "api_error card_error idempotency_error invalid_request_error",
    };

    private static readonly Type[] Kinds = [typeof(PaymentIntent), typeof(Charge), typeof(Refund), typeof(Dispute), typeof(Event)];

    private readonly List<string> _problems = [];

    [Fact]
    public void Everything_that_is_answered_has_Stripes_form()
    {
        foreach (var card in new[] { "visa", "authenticationRequired", "createDispute", "createDisputeProductNotReceived", "createDisputeInquiry" })
            Pay($"pm_card_{card}");
        foreach (var card in new[] { "refundFail", "pendingRefund" })
            Ok(Post("/v1/refunds", $"payment_intent={Pay($"pm_card_{card}")}&amount=400&metadata[a]=b"));
        foreach (var card in new[] { "chargeDeclined", "chargeDeclinedExpiredCard" })
            Check(Error(402, Post("/v1/payment_intents", $"amount=1000&currency=usd&payment_method=pm_card_{card}&confirm=true")), typeof(StripeError), card);
        Ok(Post($"/v1/payment_intents/{Pay("pm_card_authenticationRequired")}/cancel", "cancellation_reason=abandoned"));
        var redirected = Ok(Post($"/v1/payment_intents/{Pay("pm_card_threeDSecure2Required")}/confirm", "return_url=https://shop.test/"));
        Books.Authenticate(Id(redirected), Books.IntentOrNull(Id(redirected))!.NextAction!.Url.Split('/')[^1], isApproved: false);
        Settle();
        foreach (var dispute in Page("/v1/disputes").Ids.Split(' '))
            Books.Decide(dispute, isWon: true);
        foreach (var wrong in new[] { "payment_intent=pi_1", "", $"payment_intent={Pay()}&amount=0" })
            Check(Post("/v1/refunds", wrong).Body.GetProperty("error"), typeof(StripeError), wrong);

        var events = Ok(Get("/v1/events", "limit=100")).GetProperty("data").EnumerateArray().ToList();
        foreach (var told in events)
            Check(told, typeof(Event), Text(told, "type")!);
        foreach (var list in new[] { "payment_intents?expand[]=data.latest_charge", "refunds?expand[]=data.charge", "disputes?expand[]=data.payment_intent" })
        {
            foreach (var each in Ok(Get($"/v1/{list.Split('?')[0]}", list.Split('?')[1])).GetProperty("data").EnumerateArray())
                Check(each, KindOf(each), list);
        }

        Assert.Empty(_problems);
        // Each kind of event has been looked at.
        Assert.Equal(16, events.Select(told => Text(told, "type")).Distinct().Count());
    }

    [Theory]
    [InlineData("""{"object":"charge"}""", "charge: amount is missing")]
    [InlineData("""{"object":"refund","amount":1,"created":1,"currency":"usd","id":"re","amuont":1}""", "refund: amuont is no field")]
    [InlineData("""{"object":"refund","amount":"1","created":1,"currency":"usd","id":"re"}""", "refund: amount is String")]
    [InlineData("""{"object":"refund","amount":null,"created":1,"currency":"usd","id":"re"}""", "refund: amount is Null")]
    [InlineData("""{"object":"refund","amount":1,"created":1,"currency":"usd","id":"re","status":"done"}""", "refund: status is done")]
    public void What_has_not_is_found(string json, string problem)
    {
        using var document = JsonDocument.Parse(json);

        Check(document.RootElement, KindOf(document.RootElement), "example");

        Assert.Contains(_problems, found => found.EndsWith(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void The_version_is_Stripe_nets() => Assert.Equal(Tools.Stripe.Event.Version, StripeConfiguration.ApiVersion);

    private static Type KindOf(JsonElement json) => Kinds.Single(kind => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.Name) == Text(json, "object"));

    private void Check(JsonElement json, Type type, string where)
    {
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Name);
        var required = Required.GetValueOrDefault(type, "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var missing in required.Where(field => !json.TryGetProperty(field, out _)))
            _problems.Add($"{where}: {name}: {missing} is missing");
        foreach (var field in json.EnumerateObject())
        {
            var property = type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .FirstOrDefault(property => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name == field.Name);
            if (property is null)
                _problems.Add($"{where}: {name}: {field.Name} is no field");
            else if (!Fits(field.Value, property.PropertyType, where))
                _problems.Add($"{where}: {name}: {field.Name} is {field.Value.ValueKind}");
            if (Values.TryGetValue((type, field.Name), out var values) && field.Value.GetString() is { } value && !values.Split(' ').Contains(value))
                _problems.Add($"{where}: {name}: {field.Name} is {value}");
        }
    }

    private bool Fits(JsonElement value, Type type, string where)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return value.ValueKind == JsonValueKind.String;
        if (type == typeof(bool))
            return value.ValueKind is JsonValueKind.True or JsonValueKind.False;
        if (type == typeof(long) || type == typeof(DateTime))
            return value.ValueKind == JsonValueKind.Number;
        // An id, or what it names.
        if (type.Name.StartsWith("ExpandableField", StringComparison.Ordinal) && value.ValueKind == JsonValueKind.String)
            return true;
        if (typeof(IList).IsAssignableFrom(type))
            return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(each => Fits(each, type.GetGenericArguments()[0], where));
        if (value.ValueKind != JsonValueKind.Object)
            return false;
        if (value.TryGetProperty("object", out var kind) && kind.ValueKind == JsonValueKind.String)
            Check(value, KindOf(value), where);
        else if (typeof(StripeEntity).IsAssignableFrom(type))
            Check(value, type, where);
        return true;
    }
}
