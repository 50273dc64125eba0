using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Kafka;

namespace Ticketing.Scenarios;

// What services tell of what they did and log.
public abstract partial class ShopScenarios
{
    // The addresses and the password of all who have signed up, how everything begins that Data Protection protects, and what Stripe keeps secret.
    private static readonly string[] Secrets = ["@example.com", Shop.Password, "CfDJ8", "_secret_", "whsec_", "sk_test"];

    /// <summary>Runs when all others have: see <see cref="BooksLast"/>.</summary>
    [Fact]
    public async Task Each_event_is_told_as_one_action_and_neither_actions_nor_logs_name_anybody()
    {
        var (seller, buyer) = await PeopleAsync();
        await buyer.BuyAsync(await seller.ListTicketAsync());
        await Shop.SettleAsync();
        var events = new List<TopicRecord>();
        foreach (var topic in Topics.All)
            events.AddRange((await Shop.Topics.ReadAsync(topic)).FindAll(record => record.CloudEventId.Length > 0));
        // Others have none: a program that is no service has written them.
        var actions = (await Shop.Topics.ReadAsync(Topics.Activity)).FindAll(record => record.CloudEventId.Length > 0);
        var logs = await Shop.Topics.ReadAsync(Topics.Logs);

        Assert.NotEmpty(logs);
        var happened = events.Select(e => $"{e.CloudEventId} {e.Key} {e.Type} {Trace(e)}").ToHashSet();
        var told = actions.ToLookup(action => $"{action.CloudEventId} {action.Text("subject")} {action.Text("event")} {action.Text("traceId")}");
        Assert.Empty(happened.Where(e => !told.Contains(e)));
        // The topic of accounts is compacted: earlier events of an account are gone, and what was done is not.
        Assert.Empty(told.Where(same => !happened.Contains(same.Key) && !same.First().Text("event").StartsWith("account.", StringComparison.Ordinal)).Select(same => same.Key));
        Assert.All(actions.GroupBy(action => action.CloudEventId), same => Assert.Single(same.Select(action => action.Value.GetRawText()).Distinct()));
        foreach (var record in actions.Concat(logs))
            Assert.All(Secrets, secret => Assert.DoesNotContain(secret, record.Value.GetRawText(), StringComparison.OrdinalIgnoreCase));
    }
}
