using System.Text;
using System.Text.Json;
using Ticketing.Contracts;

namespace Ticketing.UnitTests.Contracts;

/// <summary>What a reader of events puts up with, and what it does not.</summary>
public sealed class EventJsonTests
{
    [Fact]
    public void A_field_that_is_not_known_is_ignored() => Assert.Equal(
        new TicketReserved { Id = "t", OrderId = "o", Quantity = 1, Version = 2 },
        Read("""{"type":"ticket.reserved","id":"t","row":{"type":"x","seats":[1,2]},"orderId":"o","quantity":1,"version":2}"""));

    [Theory]
    [InlineData("""{"id":"o","type":"expiration.expired","orderId":"o","version":1}""")]
    [InlineData("""{"id":"o","orderId":"o","version":1,"type":"expiration.expired"}""")]
    [InlineData("""{"nested":{"type":"order.created"},"id":"o","orderId":"o","version":1,"type":"expiration.expired"}""")]
    [InlineData("""  { "\u0074ype" : "expiration\u002Eexpired" , "id" : "o" , "orderId" : "o" , "version" : 1 }  """)]
    public void The_type_may_stand_anywhere(string json) =>
        Assert.Equal(new ExpirationExpired { Id = "o", OrderId = "o", Version = 1 }, Read(json));

    [Fact]
    public void An_expiration_written_by_hand_needs_no_more_than_its_order() =>
        Assert.Equal("o", Assert.IsType<ExpirationExpired>(Read("""{"type":"expiration.expired","orderId":"o"}""")).Key);

    [Theory]
    [InlineData("""{"type":"order.archived","orderId":"o"}""")]
    [InlineData("""{"type":"","orderId":"o"}""")]
    [InlineData("""{"type":"Order.Created"}""")]
    public void A_type_that_is_not_known_is_nothing(string json) => Assert.Null(Read(json));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"order.created\"")]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"orderId":"o"}""")]
    [InlineData("""{"type":1,"orderId":"o"}""")]
    [InlineData("""{"type":null,"orderId":"o"}""")]
    [InlineData("""{"type":"expiration.expired","id":"o"}""")]
    [InlineData("""{"type":"expiration.expired","orderId":1}""")]
    [InlineData("""{"type":"expiration.expired","orderId":null}""")]
    [InlineData("""{"type":"expiration.expired","orderId":"o","version":"1"}""")]
    [InlineData("""{"type":"expiration.expired","orderId":"o\ud800"}""")]
    [InlineData("""{"type":"\ud800","orderId":"o"}""")]
    [InlineData("""{"\ud800":1,"type":"expiration.expired","orderId":"o"}""")]
    [InlineData("""{"type":"expiration.expired","\ud800":1,"orderId":"o"}""")]
    [InlineData("""{"type":"expiration.expired","orderId":"o"} more""")]
    [InlineData("""{"type":"expiration.expired","orderId":"o" """)]
    [InlineData("""{"type":"ticket.reserved","id":"t","orderId":"o","quantity":1.5}""")]
    [InlineData("""{"type":"ticket.reserved","id":"t","orderId":"o","quantity":3000000000}""")]
    [InlineData("""{"type":"ticket.reserved","id":null,"orderId":"o","quantity":1}""")]
    public void What_is_no_event_is_a_JsonException(string json) => Assert.ThrowsAny<JsonException>(() => Read(json));

    [Fact]
    public void Bytes_that_are_no_text_are_a_JsonException()
    {
        Assert.ThrowsAny<JsonException>(() => EventJson.Deserialize([.. """{"type":"a"""u8, 0xFF, .. "\"}"u8]));
        Assert.ThrowsAny<JsonException>(
            () => EventJson.Deserialize([.. """{"type":"expiration.expired","orderId":"a"""u8, 0xFF, .. "\"}"u8]));
    }

    private static Event? Read(string json) => EventJson.Deserialize(Encoding.UTF8.GetBytes(json));
}
