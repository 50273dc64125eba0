using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.Messaging.Tests;

/// <summary>A broker that asks who is there: everything under <c>Kafka:</c> reaches every client of the runtime.</summary>
public sealed class SecurityTests
{
    private static readonly (string, string)[] Account =
    [
        ("Kafka:SecurityProtocol", "SaslPlaintext"), ("Kafka:SaslMechanism", "Plain"), ("Kafka:SaslUsername", "shop"), ("Kafka:ClientId", "the-shop"),
    ];

    [Fact]
    public async Task A_service_signs_in_to_a_broker_that_demands_it_and_without_the_password_it_waits()
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        await using var kafka = await RealKafka.StartAsync(
            1, "listener.security.protocol.map=PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT", "inter.broker.listener.name=PLAINTEXT",
            "sasl.enabled.mechanisms=PLAIN", "sasl.mechanism.inter.broker.protocol=PLAIN",
            "listener.name.plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required "
            + "username=\"broker\" password=\"secret\" user_broker=\"secret\" user_shop=\"tickets\";");
        await using var scenario = await Scenario.OpenAsync(new SecuredBroker(kafka));

        // It creates its topics, publishes and reads: each is a client of its own.
        var stranger = await scenario.StartAsync(Ledger.TakeAndTell, [.. Account, ("Kafka:SaslPassword", "wrong")]);
        await Eventually.IsAsync(() => stranger.Logs.Count("uthentication") > 0, () => stranger.Logs.Last);
        await stranger.StopAsync();
        var service = await scenario.StartAsync(
            messaging => messaging.Documents(Ledger.Type).Publishes(scenario.Topic, Contracts.Topics.Tickets)
                .Group(scenario.Group, scenario.Topic, group => group.On<Contracts.ExpirationExpired, Ledger>(e => e.Id, Ledger.TakeAndTell)),
            [.. Account, ("Kafka:SaslPassword", "tickets")]);
        await service.Ledgers.ExecuteAsync("document", ledger => Ledger.Command("document", ledger));
        await Eventually.IsAsync(
            () => service.InFlight.Outbox == 0 && service.Logs.Count("assigned") > 0, () => service.Logs.Last);
    }

    private sealed class SecuredBroker(RealKafka kafka) : Brokers
    {
        // The service makes them: the tests' own clients have no account.
        public override ValueTask<string> OpenAsync(params TestTopic[] topics) => new(kafka.BootstrapServers);
    }
}
