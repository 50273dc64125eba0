using System.Text.Json;
using System.Text.Json.Nodes;
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
    internal static Answer Of(StripeObject body) => new(200, JsonSerializer.SerializeToElement(body, Json));

    /// <summary>An object with others in it, or a list.</summary>
    internal static Answer Of(JsonNode body) => new(200, JsonSerializer.SerializeToElement(body, Json));

    /// <summary>An error.</summary>
    internal static Answer Of(int status, ApiError error) => new(status, JsonSerializer.SerializeToElement(new { error }, Json));
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
    public StripeObject? PaymentIntent { get; init; }

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

    public static RefusedException UnexpectedState(PaymentIntent intent, string message) =>
        new(400, new("invalid_request_error") { Code = "payment_intent_unexpected_state", Message = message, PaymentIntent = intent });
}
