using Ticketing.Scenarios;
using Ticketing.Scenarios.Client;

namespace Ticketing.AppHost.Tests;

public sealed class AppHostTests : ShopScenarios, IClassFixture<AppHostShop>
{
    private readonly AppHostShop _started;

    public AppHostTests(AppHostShop started)
    {
        if (Servers.Missing is { } missing)
            Assert.Skip(missing);
        _started = started;
    }

    protected override Shop Shop => _started.Shop;
}
