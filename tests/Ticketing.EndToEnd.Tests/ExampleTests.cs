using System.Text.Json;
using Confluent.Kafka;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.EndToEnd.Tests;

/// <summary>The service that docs/runtime.md builds, beside a shop with a prefix.</summary>
public sealed class ExampleTests
{
    private const string Prefix = "festival-";

    [Fact]
    public async Task A_service_in_two_files_consumes_what_the_shop_publishes_and_all_names_on_the_cluster_have_the_prefix()
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        await using var kafka = await RealKafka.StartAsync();
        await using var services = await ShopProcesses.StartOnAsync(kafka.BootstrapServers, [], ("Kafka__Prefix", Prefix));
        var receipts = await services.AddAsync("Receipts");
        var shop = services.Shop;
        var buyer = await shop.SignUpAsync();
        var order = await buyer.BuyAsync(await (await shop.SellerAsync()).ListTicketAsync());

        var answer = "";
        await Eventually.IsAsync(
            async () => (answer = (await shop.Anyone.GetAsync(new Uri(receipts, $"/api/receipts/{order.Id}"))).Body).Contains("paid", StringComparison.Ordinal),
            () => answer);
        var receipt = JsonDocument.Parse(answer).RootElement;
        Assert.Equal((order.Id, 1), (receipt.GetProperty("orderId").GetString(), receipt.GetProperty("seats").GetInt32()));

        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        var topics = admin.GetMetadata(TimeSpan.FromSeconds(20)).Topics.Select(topic => topic.Topic).Where(name => !name.StartsWith("__", StringComparison.Ordinal));
        Assert.All(topics, topic => Assert.StartsWith(Prefix, topic, StringComparison.Ordinal));
        Assert.Contains("festival-orders.festival-receipts-orders.dead", topics);
        var groups = (await admin.ListConsumerGroupsAsync()).Valid.Select(group => group.GroupId);
        Assert.All(groups, group => Assert.StartsWith(Prefix, group, StringComparison.Ordinal));
        Assert.Contains("festival-receipts-orders", groups);
    }

    [Theory]
    [InlineData("Receipt.cs")]
    [InlineData("Program.cs")]
    public void The_page_shows_the_code_that_runs(string file) => Assert.Contains(
        $"```csharp\n{File.ReadAllText(SourceTree.PathOf("docs", "examples", "Receipts", file))}```", File.ReadAllText(SourceTree.PathOf("docs", "runtime.md")),
        StringComparison.Ordinal);
}
