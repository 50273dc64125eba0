namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>Each change is told by an event, which stays as it is.</summary>
public sealed class EventsTests : BooksTest
{
    [Fact]
    public void An_event_has_the_object_as_it_was_and_the_call_that_changed_it()
    {
        Ok(Post("/v1/payment_intents", "amount=1000&currency=usd&payment_method=pm_card_visa&confirm=true", "k", "req_1"));
        Reopen();
        var events = Ok(Get("/v1/events")).GetProperty("data");

        Assert.Equal(3, events.GetArrayLength());
        Assert.Equal("payment_intent.created charge.succeeded payment_intent.succeeded", Events());
        Assert.Equal(
            ["succeeded", "succeeded", "requires_confirmation"],
            events.EnumerateArray().Select(told => Text(told.GetProperty("data").GetProperty("object"), "status")));
        Assert.All(events.EnumerateArray(), told =>
        {
            var request = told.GetProperty("request");
            Assert.Equal(("event", "req_1", "k"), (Text(told, "object"), Text(request, "id"), Text(request, "idempotency_key")));
            Assert.StartsWith("evt_", Id(told), StringComparison.Ordinal);
            Assert.Equal(told.GetRawText(), Ok(Get($"/v1/events/{Id(told)}")).GetRawText());
        });
    }

    [Fact]
    public void What_nobody_called_for_has_no_request()
    {
        Pay("pm_card_createDispute");
        Settle();

        var told = Ok(Get("/v1/events", "type=charge.dispute.created")).GetProperty("data")[0];
        Assert.Equal((null, null), (Text(told.GetProperty("request"), "id"), Text(told.GetProperty("request"), "idempotency_key")));
    }

    [Fact]
    public void Refused_and_repeated_calls_tell_nothing()
    {
        Error(400, Post("/v1/payment_intents", "amount=1"));
        Ok(Post("/v1/payment_intents", "amount=1000&currency=usd", "k"));
        Ok(Post("/v1/payment_intents", "amount=1000&currency=usd", "k"));

        Assert.Equal("payment_intent.created", Events());
    }

    [Fact]
    public void Declines_cancellations_and_refunds_are_told()
    {
        Error(402, Post("/v1/payment_intents", "amount=1000&currency=usd&payment_method=pm_card_chargeDeclined&confirm=true"));
        Ok(Post($"/v1/payment_intents/{Page("/v1/payment_intents").Ids}/cancel"));
        Assert.Equal("payment_intent.created charge.failed payment_intent.payment_failed payment_intent.canceled", Events());

        Ok(Post("/v1/refunds", $"payment_intent={Pay()}&amount=1"));
        Assert.EndsWith(" payment_intent.succeeded refund.created charge.refunded", Events(), StringComparison.Ordinal);
    }

    [Fact]
    public void Events_are_listed_by_type_and_time_in_pages()
    {
        Pay();
        Pass(TimeSpan.FromMinutes(1));
        Pay();
        var (ids, _) = Page("/v1/events", "type=charge.succeeded");
        var (last, first) = (ids.Split(' ')[0], ids.Split(' ')[1]);

        Assert.Equal((last, true), Page("/v1/events", "type=charge.succeeded&limit=1"));
        Assert.Equal((first, false), Page("/v1/events", $"type=charge.succeeded&starting_after={last}"));
        Assert.Equal((first, false), Page("/v1/events", $"types[0]=charge.succeeded&created[lt]={Now - 30}"));
        Assert.Equal((last, false), Page("/v1/events", $"types[0]=charge.succeeded&types[1]=charge.failed&created[gt]={Now - 30}"));
    }
}
