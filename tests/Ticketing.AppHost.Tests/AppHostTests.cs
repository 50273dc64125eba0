using Ticketing.Scenarios;
using Ticketing.Scenarios.Client;

namespace Ticketing.AppHost.Tests;

public sealed class AppHostTests : ShopScenarios, IClassFixture<AppHostShop>
{
    private readonly AppHostShop _started;

    public AppHostTests(AppHostShop started)
    {
        Assert.SkipWhen(Servers.Missing is not null, Servers.Missing!);
        _started = started;
    }

    protected override Shop Shop => _started.Shop;
}
