using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Ticketing.Scenarios.Contract;

namespace Ticketing.EndToEnd.Tests;

/// <summary>The services and their OpenAPI documents say the same.</summary>
public sealed class ContractTests(EmbeddedShop running) : IClassFixture<EmbeddedShop>
{
    [Fact]
    public async Task Whatever_is_sent_the_answer_is_as_described()
    {
        var requests = Number("TICKETING_CONTRACT_REQUESTS") ?? 40;
        var seed = Number("TICKETING_CONTRACT_SEED") ?? Random.Shared.Next();

        var started = Stopwatch.GetTimestamp();
        var answers = await ContractCheck.RunAsync(running.Shop, requests, seed);

        Assert.NotEmpty(answers);
        TestContext.Current.SendDiagnosticMessage("seed {0}, {1} requests to each call in {2}", seed, requests, Stopwatch.GetElapsedTime(started));
        foreach (var (call, statuses) in answers.OrderBy(call => call.Key, StringComparer.Ordinal))
            TestContext.Current.SendDiagnosticMessage("{0}: {1}", call, statuses);
    }

    /// <summary>TICKETING_OPENAPI=write makes them so.</summary>
    [Theory]
    [InlineData("accounts")]
    [InlineData("tickets")]
    [InlineData("orders")]
    [InlineData("payments")]
    public async Task The_documents_in_the_repository_are_those_of_the_services(string service)
    {
        var file = SourceTree.PathOf("docs", "openapi", $"{service}.json");
        var served = (await running.Shop.Anyone.GetAsync(new Uri(running.Shop.Endpoints.InstancesOf(service)[0], "/openapi/v1.json"))).Body;
        if (Environment.GetEnvironmentVariable("TICKETING_OPENAPI") == "write")
            await File.WriteAllTextAsync(file, $"{served.ReplaceLineEndings("\n")}\n");

        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(served), JsonNode.Parse(await File.ReadAllTextAsync(file))),
            $"{file} is not what {service} says of itself. Run this test with TICKETING_OPENAPI=write, and look at what changes.");
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
