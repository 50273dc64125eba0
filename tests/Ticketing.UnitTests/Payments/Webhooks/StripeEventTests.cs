using System.Text;
using Ticketing.Payments.Webhooks;

namespace Ticketing.UnitTests.Payments.Webhooks;

/// <summary>What is read of an event.</summary>
public sealed class StripeEventTests
{
    [Theory]
    [InlineData("payment_intent.succeeded", """{"object":"payment_intent","id":"pi_1","metadata":{"order_id":"o"}}""", "pi_1", "o")]
    [InlineData("payment_intent.canceled", """{"object":"payment_intent","id":"pi_1","metadata":{}}""", "pi_1", null)]
    [InlineData("charge.refunded", """{"object":"charge","id":"ch_1","payment_intent":"pi_1","metadata":{"order_id":"o"}}""", "pi_1", "o")]
    [InlineData("charge.refunded", """{"object":"charge","id":"ch_1","payment_intent":null,"metadata":{}}""", null, null)]
    [InlineData("refund.failed", """{"object":"refund","id":"re_1","payment_intent":"pi_1","metadata":{"idempotency_key":"k"}}""", "pi_1", null)]
    [InlineData("charge.dispute.created", """{"object":"dispute","id":"dp_1","charge":"ch_1","payment_intent":"pi_1","metadata":null}""", "pi_1", null)]
    public void It_says_what_it_is_about(string type, string about, string? intent, string? order)
    {
        var read = Read($$$"""{"id":"evt_1","object":"event","type":"{{{type}}}","created":1764500000,"livemode":true,"data":{"object":{{{about}}}}}""");

        Assert.Equal(new("evt_1", type, DateTimeOffset.FromUnixTimeSeconds(1764500000), IsLive: true, intent, order), read);
        Assert.True(read!.IsHandled);
    }

    [Theory]
    [InlineData("customer.created", """{"object":{"object":"customer","id":"cus_1","metadata":{"order_id":"o"}}}""")]
    [InlineData("payment_intent.created", """{"object":{"object":"payment_intent","id":"pi_1"}}""")]
    [InlineData("payment_intent.processing", "7")]
    [InlineData("v2.core.account.updated", """null,"created":"2026-11-30T10:00:00Z" """)]
    public void Of_a_type_that_is_not_handled_it_is_enough_that_it_is_an_event(string type, string data) =>
        Assert.False(Read($$"""{"id":"evt_1","type":"{{type}}","livemode":false,"data":{{data}}}""")!.IsHandled);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    [InlineData("""{"id":"evt_1","type":"a"}{}""")]
    [InlineData("""{"type":"payment_intent.succeeded"}""")]
    [InlineData("""{"id":"evt_1"}""")]
    [InlineData("""{"id":"evt_1","type":""}""")]
    [InlineData("""{"id":1,"type":"a"}""")]
    [InlineData("""{"id":"evt_","type":"a"}""")]
    [InlineData("""{"id":"pi_1","type":"a"}""")]
    [InlineData("""{"id":"evt_1/2","type":"a"}""")]
    [InlineData("""{"id":"evt_1","type":"refund.failed","created":"now"}""")]
    [InlineData("""{"id":"evt_1","type":"refund.failed","created":9223372036854775807}""")]
    [InlineData("""{"id":"evt_1","type":"refund.failed","data":{"object":{"object":"charge","payment_intent":"../refunds"}}}""")]
    [InlineData("""{"id":"evt_1","type":"refund.failed","data":{"object":{"object":"payment_intent","id":"ch_1"}}}""")]
    [InlineData("""{"id":"evt_1","type":"refund.failed","data":{"object":{"object":"payment_intent","id":"pi_1","metadata":{"order_id":7}}}}""")]
    public void What_is_no_event_is_not_read(string body) => Assert.Null(Read(body));

    [Fact]
    public void Ids_have_an_end()
    {
        Assert.NotNull(Read($$"""{"id":"evt_{{new string('a', 251)}}","type":"a"}"""));
        Assert.Null(Read($$"""{"id":"evt_{{new string('a', 252)}}","type":"a"}"""));
    }

    private static StripeEvent? Read(string body) => StripeEvent.Read(new(Encoding.UTF8.GetBytes(body)));
}
