using Ticketing.EndToEnd.Tests.Launching;
using Ticketing.Scenarios;
using Ticketing.Scenarios.Client;
using Ticketing.Testing.Brokers;

namespace Ticketing.EndToEnd.Tests;

public sealed class EmbeddedBrokerTests(EmbeddedShop launched) : ShopScenarios, IClassFixture<EmbeddedShop>
{
    protected override Shop Shop => launched.Shop;
}

public sealed class RealKafkaTests : ShopScenarios, IClassFixture<RealKafkaShop>
{
    private readonly RealKafkaShop _launched;

    public RealKafkaTests(RealKafkaShop launched)
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        _launched = launched;
    }

    protected override Shop Shop => _launched.Shop;
}
