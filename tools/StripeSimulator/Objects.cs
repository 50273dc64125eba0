using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ticketing.Tools.Stripe;

/// <summary>An answer to a call.</summary>
/// <param name="Status">HTTP's status.</param>
/// <param name="Body">JSON.</param>
/// <param name="IsReplayed">Whether an earlier call with the same key got it first.</param>
public sealed record Answer(int Status, JsonElement Body, [property: JsonIgnore] bool IsReplayed = false)
{
    /// <summary>Stripe's names.</summary>
    internal static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>An object.</summary>
    internal static Answer Of(object body) => new(200, JsonSerializer.SerializeToElement(body, Json));

    /// <summary>An error.</summary>
    internal static Answer Of(int status, ApiError error) => new(status, JsonSerializer.SerializeToElement(new { error }, Json));
}

/// <summary>Stripe's PaymentIntent, as far as it is needed.</summary>
internal sealed record PaymentIntent(string Id, long Amount, string Currency, long Created)
{
    public string Object { get; } = "payment_intent";

    public bool Livemode { get; }

    public string CaptureMethod { get; } = "automatic_async";

    public string ConfirmationMethod { get; } = "automatic";

    public long AmountCapturable { get; }

    public IReadOnlyList<string> PaymentMethodTypes { get; } = ["card"];

    public IReadOnlyList<string>? AllowedPaymentMethodTypes { get; init; }

    public required string Status { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    public string? PaymentMethod { get; init; }

    public long AmountReceived { get; init; }

    public string? LatestCharge { get; init; }

    public ApiError? LastPaymentError { get; init; }

    public NextAction? NextAction { get; init; }

    public long? CanceledAt { get; init; }

    public string? CancellationReason { get; init; }
}

/// <summary>What the cardholder has to do.</summary>
internal sealed record NextAction(string Type);

/// <summary>Stripe's Refund, as far as it is needed.</summary>
internal sealed record Refund(string Id, long Amount, string Currency, string PaymentIntent, string? Charge, long Created)
{
    public string Object { get; } = "refund";

    public string Status { get; } = "succeeded";

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    public string? Reason { get; init; }
}

/// <summary>Stripe's error. What it does not have is left out.</summary>
internal sealed record ApiError(string Type)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Code { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DeclineCode { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Param { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Charge { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PaymentIntent? PaymentIntent { get; init; }

    public required string Message { get; init; }

    public static ApiError Unrecognized(string method, string path) =>
        new("invalid_request_error") { Message = $"Unrecognized request URL ({method}: {path})." };
}

/// <summary>A call that is refused before it does anything, so no key remembers it.</summary>
internal sealed class RefusedException(int status, ApiError error) : Exception(error.Message)
{
    public Answer Answer { get; } = Answer.Of(status, error);

    public static RefusedException Invalid(string? param, string? code, string message) =>
        new(400, new("invalid_request_error") { Code = code, Param = param, Message = message });

    public static RefusedException Missing(int status, string param, string kind, string id) =>
        new(status, new("invalid_request_error") { Code = "resource_missing", Param = param, Message = $"No such {kind}: '{id}'" });
}
