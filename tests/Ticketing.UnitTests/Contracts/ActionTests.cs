using System.Text;
using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.UnitTests.Contracts;

/// <summary>What services tell of what they did.</summary>
public sealed class ActionTests
{
    private static readonly DateTimeOffset Now = new(2026, 2, 13, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_type_of_event_is_an_action_with_a_name_of_its_own()
    {
        Assert.Equal(EventJson.Types.Select(type => type.Name).Order(), Actions.Types.Order());
        Assert.Equal(Actions.Types.Count(), Actions.Types.Select(type => (Actions.ServiceOf(type), Actions.NameOf(type))).Distinct().Count());
        Assert.All(Actions.Types, type => Assert.Matches("^[a-z]+(-[a-z]+)+$", Actions.NameOf(type)));
    }

    [Fact]
    public void The_documentation_lists_exactly_these_actions()
    {
        var rows = File.ReadLines(SourceTree.PathOf("docs", "activity.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Where(cells => cells[0].EndsWith("-service`", StringComparison.Ordinal))
            .Select(cells => (cells[0].Trim('`'), cells[1].Trim('`'), cells[2].Trim('`')));
        Assert.Equal(Actions.Types.Select(type => (Actions.ServiceOf(type), Actions.NameOf(type), type)).Order(), rows.Order());
    }

    [Theory]
    [InlineData("order.created", """{"type":"action","serviceName":"order-service","action":"new-order","at":"2026-02-13T12:00:00Z","actor":"{userId}","subject":"{key}","event":"order.created","traceId":"0af7651916cd43dd8448eb211c80319c"}""")]
    [InlineData("ticket.reserved", """{"type":"action","serviceName":"ticket-service","action":"seats-reserved","at":"2026-02-13T12:00:00Z","subject":"{key}","event":"ticket.reserved","traceId":"0af7651916cd43dd8448eb211c80319c"}""")]
    public void An_action_is_the_short_form_of_its_event(string type, string expected)
    {
        var @event = Samples.All[type];
        var user = JsonDocument.Parse(EventJson.Serialize(@event)).RootElement.TryGetProperty("userId", out var id) ? id.GetString() : null;

        Assert.Equal(
            expected.Replace("{key}", @event.Key, StringComparison.Ordinal).Replace("{userId}", user, StringComparison.Ordinal),
            Encoding.UTF8.GetString(ActionRecords.Of(Outbox(@event)).Serialize()));
    }

    [Fact]
    public void An_action_names_the_user_whom_its_event_names_and_says_nothing_else_about_anybody()
    {
        foreach (var sample in Samples.All.Values)
        {
            var said = JsonDocument.Parse(EventJson.Serialize(sample)).RootElement;
            var action = ActionRecords.Of(Outbox(sample));
            Assert.Equal(said.TryGetProperty("userId", out var user) ? user.GetString() : null, action.Actor);
            Assert.DoesNotContain('@', Encoding.UTF8.GetString(action.Serialize()));
        }
    }

    [Fact]
    public void Every_service_that_publishes_events_tells_its_actions() => Assert.All(
        TheShop.Services.Append(Ticketing.Accounts.AccountsService.Value), service => Assert.Contains(Topics.Activity, service.WrittenTopics));

    private static OutboxEvent Outbox(IEvent @event) => new(
        1, "id", @event.Type.Topic, @event.Key, @event.Type.Name, EventJson.Serialize(@event), Now, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
}
