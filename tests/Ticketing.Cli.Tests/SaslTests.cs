using Confluent.Kafka;
using Ticketing.Testing.Brokers;

namespace Ticketing.Cli.Tests;

/// <summary>A broker that wants a login.</summary>
public sealed class SaslTests
{
    private static readonly string[] Secured =
    [
        "listener.security.protocol.map=PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT", "inter.broker.listener.name=PLAINTEXT",
        "sasl.enabled.mechanisms=PLAIN", "sasl.mechanism.inter.broker.protocol=PLAIN",
        "listener.name.plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required "
        + "username=\"broker\" password=\"secret\" user_broker=\"secret\" user_ann=\"ann's\";",
    ];

    [Fact]
    public async Task Who_logs_in_sends_and_reads()
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        await using var kafka = await RealKafka.StartAsync(1, Secured);
        var config = new AdminClientConfig
        {
            BootstrapServers = kafka.BootstrapServers,
            SecurityProtocol = SecurityProtocol.SaslPlaintext,
            SaslMechanism = SaslMechanism.Plain,
            SaslUsername = "ann",
            SaslPassword = "ann's",
        };
        using (var admin = new AdminClientBuilder(config).Build())
            await admin.CreateTopicsAsync([new() { Name = "secured", NumPartitions = 1, ReplicationFactor = 1 }]);

        var tool = new Tool(kafka.BootstrapServers, ("Kafka__SecurityProtocol", "SaslPlaintext"), ("Kafka__SaslMechanism", "Plain"), ("Kafka__SaslUsername", "ann"), ("Kafka__SaslPassword", "ann's"));
        Assert.Equal(["[secured] 0:0 -"], (await tool.TypeAsync("text", "produce", "secured")).Lines);
        Assert.Equal(["one: [secured] 0:0 - text"], (await tool.RunAsync("consume", "secured", "--group", "one", "--until-end", "--from-beginning")).Lines);
        Assert.Contains("one ", (await tool.RunAsync("groups")).Output, StringComparison.Ordinal);
        // As arguments, which come before the environment.
        var wrong = await tool.RunAsync("topics", "--Kafka:SaslPassword=wrong");
        Assert.Equal((1, ""), (wrong.ExitCode, wrong.Output));
        Assert.StartsWith("error: The broker refused the login: ", Assert.Single(wrong.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }
}
