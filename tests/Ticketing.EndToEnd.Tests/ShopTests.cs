using Ticketing.Scenarios;
using Ticketing.Scenarios.Client;

namespace Ticketing.EndToEnd.Tests;

public sealed class EmbeddedBrokerTests(EmbeddedShop running) : HttpScenarios, IClassFixture<EmbeddedShop>
{
    protected override Shop Shop => running.Shop;
}

public sealed class KafkaMongoTests : ShopScenarios, IClassFixture<KafkaMongoShop>
{
    private readonly KafkaMongoShop _running;

    public KafkaMongoTests(KafkaMongoShop running)
    {
        if (KafkaMongoShop.Missing is { } missing)
            Assert.Skip(missing);
        _running = running;
    }

    protected override Shop Shop => _running.Shop;
}

public sealed class ContainerTests : ShopScenarios, IClassFixture<ContainerShop>
{
    private readonly ContainerShop _running;

    public ContainerTests(ContainerShop running)
    {
        if (ContainerShop.Missing is { } missing)
            Assert.Skip(missing);
        _running = running;
    }

    protected override Shop Shop => _running.Shop;
}
