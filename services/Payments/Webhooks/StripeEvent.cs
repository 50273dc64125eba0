using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Ticketing.Payments.Gateway;

namespace Ticketing.Payments.Webhooks;

/// <summary>
/// What is read of an event in a webhook: what it is about, and nothing of what it says. Stripe is asked for that, so an event that comes late or out of
/// order, or in another version of Stripe's API, does no harm.
/// </summary>
/// <param name="Id">Its id (<c>evt_…</c>), the same however often Stripe sends it.</param>
/// <param name="Type">Its type, such as <c>payment_intent.succeeded</c>.</param>
/// <param name="Created">When it happened. Of a type that is not handled, this and what it is about are not read.</param>
/// <param name="IsLive">Whether it is about real money.</param>
/// <param name="IntentId">The PaymentIntent that it is about, if it is about one.</param>
/// <param name="OrderId">The order in the metadata of what it is about: of a PaymentIntent or its charge.</param>
public sealed partial record StripeEvent(string Id, string Type, DateTimeOffset Created, bool IsLive, string? IntentId, string? OrderId)
{
    /// <summary>Whether this type is handled.</summary>
    public bool IsHandled => StripeGateway.EventTypes.Contains(Type);

    /// <summary>The event in a body; null if there is none.</summary>
    public static StripeEvent? Read(ReadOnlySequence<byte> body)
    {
        try
        {
            if (Read(body, StripeEventJson.Default.Head) is not { Id: { } id, Type: { Length: > 0 } type } head || !WellFormedEventId().IsMatch(id))
                return null;
            // The others may look as they like.
            if (!StripeGateway.EventTypes.Contains(type))
                return new(id, type, default, head.Livemode, null, null);
            var read = Read(body, StripeEventJson.Default.Body)!;
            var about = read.Data?.Object;
            var intent = about?.Object == "payment_intent" ? about.Id : about?.PaymentIntent;
            return intent is not null && !WellFormedIntentId().IsMatch(intent)
                ? null
                : new(id, type, DateTimeOffset.FromUnixTimeSeconds(read.Created), head.Livemode, intent, about?.Metadata?.OrderId);
        }
        // The two ways in which it says that it cannot be read: no JSON or another type, and a time that is none.
        catch (Exception e) when (e is JsonException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static T? Read<T>(ReadOnlySequence<byte> body, JsonTypeInfo<T> type)
    {
        var reader = new Utf8JsonReader(body);
        var read = JsonSerializer.Deserialize(ref reader, type);
        // Throws if anything follows.
        reader.Read();
        return read;
    }

    [GeneratedRegex(@"\Aevt_\w{1,251}\z", RegexOptions.ECMAScript)]
    private static partial Regex WellFormedEventId();

    [GeneratedRegex(@"\Api_\w{1,252}\z", RegexOptions.ECMAScript)]
    private static partial Regex WellFormedIntentId();

    internal sealed record Head(string? Id, string? Type, bool Livemode);

    internal sealed record Body(long Created, Data? Data);

    internal sealed record Data(About? Object);

    internal sealed record About(string? Object, string? Id, string? PaymentIntent, Metadata? Metadata);

    internal sealed record Metadata(string? OrderId);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StripeEvent.Head))]
[JsonSerializable(typeof(StripeEvent.Body))]
internal sealed partial class StripeEventJson : JsonSerializerContext;
