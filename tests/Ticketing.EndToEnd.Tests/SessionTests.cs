using System.Net;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.EndToEnd.Tests;

/// <summary>Sessions while something is away.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task While_Accounts_or_the_broker_is_away_what_has_ended_stays_ended_and_the_rest_is_good()
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        await using var kafka = await RealKafka.StartAsync();
        await using var services = await ShopProcesses.StartOnAsync(kafka.BootstrapServers, []);
        var (gone, here, user) = (await services.Shop.SignUpAsync(), await services.Shop.SignUpAsync(), await services.Shop.SignUpAsync());
        (await gone.PostAsync("/api/users/signout", null)).Is(HttpStatusCode.OK);
        await IsOverAsync(services, gone);

        // What ends while the broker is away is told when it is back.
        await kafka.KillAsync(1);
        (await user.PostAsync("/api/users/signout-everywhere", null)).Is(HttpStatusCode.OK);
        (await user.GetAsync("/api/users/currentuser")).IsProblem(HttpStatusCode.Unauthorized);
        (await user.GetAsync("/api/orders")).Is(HttpStatusCode.OK);
        await kafka.RestartAsync(1);
        await IsOverAsync(services, user);

        await services.StopAsync("Accounts");
        await services.RestartAsync("Orders");
        await IsOverAsync(services, gone);
        Assert.Empty((await here.GetAsync("/api/orders")).Read<Order[]>());
    }

    private static async Task IsOverAsync(ShopProcesses services, Caller user)
    {
        foreach (var url in new[] { new Uri(services.Shop.Endpoints.Orders, "/api/orders"), new Uri(services.Shop.Endpoints.ServiceOf("/api/payments"), "/api/payments/x") })
        {
            Answer? answer = null;
            await Eventually.IsAsync(async () => (answer = await user.GetAsync(url)).Status == HttpStatusCode.Unauthorized, () => $"{url}: {answer}");
        }
    }
}
