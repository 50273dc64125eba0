using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ticketing.Contracts;
using Ticketing.Messaging;

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
    public void A_ticket_without_a_state_is_on_sale_and_one_in_an_unknown_state_is_no_event()
    {
        const string Old = """{"type":"ticket.created","id":"t","title":"x","price":1,"currency":"USD","quantity":1,"held":0,"sold":0,"userId":"u","version":1}""";
        Assert.Equal(SaleState.OnSale, Assert.IsType<TicketCreated>(Read(Old)).State);
        Assert.Equal(SaleState.OnSale, Assert.IsType<TicketCreated>(Read(Old.Replace("\"version\"", "\"state\":\"on_sale\",\"version\""))).State);
        Assert.ThrowsAny<JsonException>(() => Read(Old.Replace("\"version\"", "\"state\":\"gone\",\"version\"")));
    }

    [Fact]
    public void An_expiration_written_by_hand_needs_no_more_than_its_order() =>
        Assert.Equal("o", Assert.IsType<ExpirationExpired>(Read("""{"type":"expiration.expired","orderId":"o"}""")).Key);

    [Fact]
    public void The_largest_order_that_the_API_takes_is_within_the_bounds()
    {
        // 10,000 seats at 1,000,000,000 each.
        var order = Samples.All.Values.OfType<OrderCreated>().First() with { Quantity = 10_000, Price = 10_000_000_000_000m };
        Assert.Equal(order, EventJson.Deserialize(EventJson.Serialize(order)));
    }

    [Theory]
    [InlineData("order.created", "userId", "o\u007f")]
    [InlineData("order.created", "orderId", "")]
    [InlineData("order.created", "id", "o\n")]
    [InlineData("order.created", "ticketId", "")]
    [InlineData("order.created", "userId", 201)]
    [InlineData("order.created", "quantity", 0)]
    [InlineData("order.created", "quantity", 1_000_001)]
    [InlineData("order.created", "price", -1)]
    [InlineData("order.completed.cancelled", "refund", -0.01)]
    [InlineData("order.completed.cancelled", "refund", 599.01)]
    [InlineData("order.cancelled", "reason", 4001)]
    [InlineData("ticket.updated", "price", 7.9e28)]
    [InlineData("ticket.updated", "held", -1)]
    [InlineData("ticket.updated", "sold", -1)]
    [InlineData("ticket.created", "title", "Con\0cert")]
    [InlineData("ticket.updated", "state", 7L)]
    [InlineData("ticket.updated", "venue", "\0")]
    [InlineData("ticket.updated", "lowStockAt", -1L)]
    [InlineData("ticket.updated", "lowStockAt", 1_000_001L)]
    [InlineData("ticket.created.limit", "maxPerBuyer", 0)]
    [InlineData("ticket.created.limit", "maxPerBuyer", 1_000_001)]
    [InlineData("ticket.reserved", "quantity", 0)]
    [InlineData("ticket.rejected", "orderId", 201)]
    [InlineData("ticket.revoked", "orderId", "")]
    [InlineData("ticket.low_stock", "available", -1)]
    [InlineData("ticket.low_stock", "threshold", 1_000_001)]
    [InlineData("ticket.low_stock", "title", 4001)]
    [InlineData("ticket.low_stock", "ticketId", "")]
    [InlineData("ticket.low_stock", "id", "another")]
    [InlineData("ticket.sold_out", "userId", 201)]
    [InlineData("ticket.sold_out", "quantity", -1)]
    [InlineData("payment.succeeded", "amount", -0.01)]
    [InlineData("payment.partially_refunded", "refunded", -0.01)]
    [InlineData("payment.partially_refunded", "refunded", 299.01)]
    [InlineData("payment.refund_failed", "refunded", -0.01)]
    [InlineData("payment.refund_failed", "refunded", 299.01)]
    [InlineData("payment.refund_failed", "reason", 4001)]
    [InlineData("payment.refund_failed.sellers", "failed", -0.01)]
    [InlineData("payment.refund_failed.sellers", "failed", 7.9e28)]
    [InlineData("payment.requires_action", "amount", -0.01)]
    [InlineData("payment.disputed", "dispute", 3L)]
    [InlineData("payment.disputed", "version", 0)]
    [InlineData("payment.refunded.disputed", "dispute", -1L)]
    [InlineData("order.completed.disputed", "dispute", 3L)]
    [InlineData("payment.succeeded", "paymentId", "\0")]
    [InlineData("expiration.expired", "orderId", 4000)]
    [InlineData("expiration.expired", "ticketId", "")]
    [InlineData("expiration.expired", "version", -1)]
    [InlineData("account.created", "id", "")]
    [InlineData("account.created", "email", "")]
    [InlineData("account.created", "email", "ann")]
    [InlineData("account.updated.email", "email", "@shop.example")]
    [InlineData("account.updated.email", "email", "ann@")]
    [InlineData("account.updated.email", "email", "ann@shop@example")]
    [InlineData("account.updated.email", "email", "an n@shop.example")]
    [InlineData("account.updated.email", "email", "ann\u0001@shop.example")]
    [InlineData("account.updated.email", "email", 255)]
    [InlineData("account.updated", "sessionEpoch", -1)]
    [InlineData("account.deleted", "version", 0)]
    [InlineData("order.created", "version", 0)]
    [InlineData("ticket.updated", "version", 2_000_000_000_000_000)]
    [InlineData("payment.created", "version", -1)]
    [InlineData("order.pending", "status", "created")]
    [InlineData("order.failed", "status", "cancelled")]
    [InlineData("order.cancelled", "id", "another")]
    public void A_field_out_of_its_bounds_is_named_with_its_rule(string type, string field, object value)
    {
        var json = JsonNode.Parse(EventJson.Serialize(Samples.All[type]))!;
        json[field] = value switch
        {
            string text => text,
            // A text of so many characters, where the field is one.
            int length when json[field] is null || json[field]!.GetValueKind() == JsonValueKind.String => new string('x', length),
            int number => number,
            long number => number,
            double number => JsonNode.Parse(number.ToString("F2", CultureInfo.InvariantCulture)),
            _ => throw new ArgumentException("Neither text nor number.", nameof(value)),
        };
        var thrown = Assert.Throws<JsonException>(() => Read(json.ToJsonString()));
        Assert.StartsWith($"An event's '{field}' must be ", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a@b")]
    [InlineData("Jörg.Müller+shop@xn--kln-sna.example")]
    [InlineData(" ann@shop.example", false)]
    [InlineData("", false, 249)]
    [InlineData("", true, 248)]
    public void An_address_is_one_that_Accounts_takes_or_once_took(string start, bool isOne = true, int filled = 0)
    {
        var json = JsonNode.Parse(EventJson.Serialize(Samples.All["account.updated.email"]))!;
        json["email"] = filled == 0 ? start : $"{new string('x', filled)}@b.com";
        var thrown = Record.Exception(() => Read(json.ToJsonString()));
        Assert.Equal(isOne, thrown is null);
        // The message is logged.
        Assert.DoesNotContain("ann", $"{thrown}", StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_of_an_event_does_not_say_the_address() =>
        Assert.All(Samples.All.Values.OfType<AccountEvent>(), account => Assert.DoesNotContain("ann@", account.ToString(), StringComparison.Ordinal));

    [Theory]
    [InlineData("[]", "lines")]
    [InlineData("[null]", "lines")]
    [InlineData("""[{"ticketId":"","quantity":1,"unitPrice":1}]""", "lines.ticketId")]
    [InlineData("""[{"ticketId":"t","quantity":0,"unitPrice":1}]""", "lines.quantity")]
    [InlineData("""[{"ticketId":"t","quantity":1,"unitPrice":-1}]""", "lines.unitPrice")]
    [InlineData("""[{"ticketId":"t","quantity":1,"unitPrice":1,"cancelled":-1}]""", "lines.cancelled")]
    [InlineData("""[{"ticketId":"t","quantity":1,"unitPrice":1,"cancelled":2}]""", "lines.cancelled")]
    [InlineData("""[{"ticketId":"t","quantity":1,"unitPrice":1,"title":"\u0000"}]""", "lines.title")]
    [InlineData("""[{"ticketId":"t","quantity":1,"unitPrice":1,"sellerId":""}]""", "lines.sellerId")]
    [InlineData("""[{"ticketId":"t","quantity":1,"unitPrice":1,"sellerId":"s\n"}]""", "lines.sellerId")]
    [InlineData("""[{"ticketId":"t","quantity":1,"unitPrice":1},{"ticketId":"t","quantity":1,"unitPrice":1}]""", "lines")]
    public void A_line_out_of_its_bounds_is_named_with_its_rule(string lines, string field)
    {
        var json = JsonNode.Parse(EventJson.Serialize(Samples.All["order.created.lines"]))!;
        json["lines"] = JsonNode.Parse(lines);
        var thrown = Assert.Throws<JsonException>(() => Read(json.ToJsonString()));
        Assert.StartsWith($"An event's '{field}' must be ", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refund_that_failed_names_1_to_100_sellers()
    {
        var failed = (PaymentRefundFailed)Samples.All["payment.refund_failed.sellers"];
        string[] most = [.. Enumerable.Range(1, 100).Select(i => $"s{i}")];
        Assert.Equal(most, Assert.IsType<PaymentRefundFailed>(EventJson.Deserialize(EventJson.Serialize(failed with { SellerIds = most }))).SellerIds);
        foreach (var broken in (string[][])[[], [.. most, "s101"], [""], ["s\u007f"], [new('s', 201)], [null!]])
        {
            var thrown = Assert.Throws<JsonException>(() => EventJson.Deserialize(EventJson.Serialize(failed with { SellerIds = broken })));
            Assert.StartsWith("An event's 'sellerIds' must be ", thrown.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("below", -1)]
    [InlineData("amount", 0)]
    [InlineData("upTo", 1_000_001)]
    [InlineData("released", -1)]
    [InlineData("released", 51)]
    public void A_refill_out_of_its_bounds_is_named_with_its_rule(string field, int value)
    {
        var json = JsonNode.Parse(EventJson.Serialize(Samples.All["ticket.updated.refill"]))!;
        json["refill"]![field] = value;
        var thrown = Assert.Throws<JsonException>(() => Read(json.ToJsonString()));
        Assert.StartsWith($"An event's 'refill.{field}' must be ", thrown.Message, StringComparison.Ordinal);
    }

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

    private static IEvent? Read(string json) => EventJson.Deserialize(Encoding.UTF8.GetBytes(json));
}
