using System.Text.Json;
using System.Text.Json.Nodes;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.UnitTests.Contracts;

/// <summary>Every field of every event, taken away or spoiled one at a time.</summary>
public sealed class RequiredFieldTests
{
    // Hand-written events do without the last two, if they are no state.
    private static readonly string[] Optional =
    [
        "type", "reason", "paymentId", "lines", "ticketIds", "answerBy", "attemptsLeft", "state", "startsAt", "venue", "salesFrom", "salesUntil", "lowStockAt",
        "refundableUntil", "refund", "dispute", "maxPerBuyer", "refill", "endedSessions", "email", "emailVerified", "failed", "sellerIds",
        "id", "version",
    ];

    // What is optional elsewhere, and is what these are about.
    public static TheoryData<string, string> Required => Fields((type, name) =>
        (!Optional.Contains(name) || (type, name) is ("payment.disputed", "dispute") or ("account.created", "email")) && !(type.StartsWith("expiration", StringComparison.Ordinal) && name == "ticketId"));

    public static TheoryData<string, string> Present => Fields((_, name) => name != "type");

    [Theory]
    [MemberData(nameof(Required))]
    public void A_required_field_that_is_missing_is_a_JsonException(string type, string field) =>
        Assert.ThrowsAny<JsonException>(() => Spoiled(type, json => json.Remove(field)));

    [Theory]
    [MemberData(nameof(Required))]
    public void A_required_field_that_is_null_is_a_JsonException(string type, string field) =>
        Assert.ThrowsAny<JsonException>(() => Spoiled(type, json => json[field] = null));

    [Theory]
    [MemberData(nameof(Present))]
    public void A_field_of_the_wrong_type_is_a_JsonException(string type, string field) =>
        Assert.ThrowsAny<JsonException>(() => Spoiled(type, json => json[field] = json[field] is JsonArray ? "no list" : new JsonArray()));

    [Theory]
    [InlineData("paid")]
    [InlineData("")]
    public void A_status_that_is_not_known_is_a_JsonException(string status) =>
        Assert.ThrowsAny<JsonException>(() => Spoiled("order.pending", json => json["status"] = status));

    [Theory]
    [InlineData("order.completed.disputed", "won")]
    [InlineData("order.completed.disputed", "")]
    [InlineData("payment.disputed", "dispute_open")]
    [InlineData("payment.refunded.disputed", "Won")]
    public void A_dispute_that_is_not_known_is_a_JsonException(string type, string dispute) =>
        Assert.ThrowsAny<JsonException>(() => Spoiled(type, json => json["dispute"] = dispute));

    private static IEvent? Spoiled(string type, Action<JsonObject> spoil)
    {
        var json = JsonNode.Parse(EventJson.Serialize(Samples.All[type]))!.AsObject();
        spoil(json);
        return EventJson.Deserialize(JsonSerializer.SerializeToUtf8Bytes(json));
    }

    private static TheoryData<string, string> Fields(Func<string, string, bool> isWanted)
    {
        var fields = new TheoryData<string, string>();
        foreach (var (file, sample) in Samples.All)
        {
            foreach (var (field, _) in JsonNode.Parse(EventJson.Serialize(sample))!.AsObject().Where(field => isWanted(sample.Type.Name, field.Key)))
                fields.Add(file, field);
        }
        return fields;
    }
}
