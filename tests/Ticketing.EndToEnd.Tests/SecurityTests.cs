using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.EndToEnd.Tests;

/// <summary>A shop whose services have a Kafka user each, with the rights of <c>docs/deploy.md</c> and no others.</summary>
public sealed partial class SecurityTests
{
    private const string Password = "secret";

    private static readonly string[] Users = ["tickets", "orders", "payments", "expiration", "accounts", "notifications", "activity", "insights"];

    private static readonly string[] Secured =
    [
        "listener.security.protocol.map=PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT", "inter.broker.listener.name=PLAINTEXT",
        "sasl.enabled.mechanisms=PLAIN", "sasl.mechanism.inter.broker.protocol=PLAIN",
        "listener.name.plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required "
        + $"username=\"broker\" password=\"{Password}\" user_broker=\"{Password}\" {string.Join(' ', Users.Select(user => $"user_{user}=\"{Password}\""))};",
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users=User:broker;User:ANONYMOUS",
        "auto.create.topics.enable=false",
    ];

    [Fact]
    public async Task The_shop_works_with_the_rights_of_the_docs_and_cannot_write_to_the_topics_of_others()
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        await using var kafka = await RealKafka.StartAsync(1, Secured);
        using var admin = new AdminClientBuilder(As<AdminClientConfig>("broker", kafka)).Build();
        var rights = Rights();
        await admin.CreateAclsAsync(rights);
        Assert.Equal(Users, rights.Select(right => right.Entry.Principal["User:".Length..]).Distinct());

        await using var services = await ShopProcesses.StartOnAsync(kafka.BootstrapServers, ShopProcesses.Others, program =>
        [
            ("Kafka__SecurityProtocol", "SaslPlaintext"), ("Kafka__SaslMechanism", "Plain"),
            ("Kafka__SaslUsername", program.ToLowerInvariant()), ("Kafka__SaslPassword", Password),
        ]);
        var shop = services.Shop;
        var (seller, buyer, visitor, leaver) = (await shop.SellerAsync(), await shop.SignUpAsync(), await shop.SignUpAsync(), await shop.SignUpAsync());
        await Eventually.IsAsync(() => ToldOf(leaver).Contains(leaver.Session.Email, StringComparison.Ordinal), () => ToldOf(leaver));
        (await leaver.PostAsync("/api/users/deletion", new { password = Shop.Password })).Is(HttpStatusCode.OK);
        var ticket = await seller.ListTicketAsync(quantity: 3);
        var bought = await buyer.BuyAsync(ticket);
        var declined = await buyer.ReserveAsync(ticket);
        await buyer.FailAsync(declined);
        await buyer.CancelAsync(bought);
        await Eventually.IsAsync(async () => (await buyer.PaymentAsync(bought)).Status == "refunded", () => "no refund");

        // Insights has the rights that it needs, too.
        var insights = await services.AddAsync("Insights");
        await Eventually.IsAsync(
            async () => (await seller.GetAsync(new Uri(insights, "/api/insights/tickets"))).Read<JsonElement[]>() is [var sold] && sold.GetProperty("sales").GetProperty("placed").GetInt64() == 2, () => "it has not counted");

        // Its results and its state are kept without end, what is between its parts is not.
        foreach (var described in await admin.DescribeConfigsAsync(Topics.Insights.Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic })))
            Assert.Equal(described.ConfigResource.Name == Topics.InsightsSales ? "delete" : "compact", described.Entries["cleanup.policy"].Value);

        // What Accounts tells reaches the others.
        (await visitor.PostAsync("/api/users/signout-everywhere", null)).Is(HttpStatusCode.OK);
        await Eventually.IsAsync(async () => (await visitor.GetAsync("/api/orders")).Status == HttpStatusCode.Unauthorized, () => "the session is not over");

        // Each group can keep what it cannot read.
        using var producer = new ProducerBuilder<byte[], byte[]>(As<ProducerConfig>("broker", kafka)).Build();
        foreach (var topic in Topics.All)
            await producer.ProduceAsync(topic, new() { Key = "poison"u8.ToArray(), Value = "{"u8.ToArray() });
        await services.RestartAsync("Orders", ("Operators__UserIds__0", buyer.Id));
        await Eventually.IsAsync(async () => (await LettersAsync()).Count == 3, () => "the dead letters are not listed");
        // Without the right to write where it came from, a dead letter stays where it is.
        var letter = (await LettersAsync())[0].GetProperty("id").GetString();
        (await buyer.SendAsync(HttpMethod.Post, new Uri(shop.Endpoints.Orders, $"/dead-letters/{letter}/redrive"), null))
            .IsProblem(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(3, (await LettersAsync()).Count);

        foreach (var user in Users)
        {
            using var forger = new ProducerBuilder<byte[], byte[]>(As<ProducerConfig>(user, kafka)).Build();
            foreach (var topic in Topics.All.Where(topic => topic != user))
            {
                var refused = await Assert.ThrowsAsync<ProduceException<byte[], byte[]>>(
                    () => forger.ProduceAsync(topic, new() { Key = "k"u8.ToArray(), Value = "{}"u8.ToArray() }));
                Assert.True(refused.Error.Code == ErrorCode.TopicAuthorizationFailed, $"{user} on {topic}: {refused.Error}");
            }
        }
        // Still well.
        await buyer.BuyAsync(await seller.ListTicketAsync());
        // Nothing else is told in the partition, and the broker cleans as often as brokers do.
        await Eventually.IsAsync(
            () => ToldOf(leaver) is var told && told.Contains("account.deleted", StringComparison.Ordinal) && !told.Contains('@'), () => ToldOf(leaver));
        Assert.Contains($"users/{leaver.Id}/", ToldOf(leaver), StringComparison.Ordinal);
        Assert.All(services.Outputs, output => Assert.DoesNotContain(leaver.Session.Email, output, StringComparison.OrdinalIgnoreCase));

        // What is in the log about a user, headers too.
        string ToldOf(Caller user)
        {
            var config = As<ConsumerConfig>("broker", kafka);
            (config.GroupId, config.EnablePartitionEof) = ("reader", true);
            using var reader = new ConsumerBuilder<string, string>(config).Build();
            reader.Assign(Enumerable.Range(0, KafkaNames.Partitions).Select(partition => new TopicPartitionOffset(Topics.Accounts, partition, Offset.Beginning)));
            var told = new StringBuilder();
            for (var ends = 0; ends < KafkaNames.Partitions;)
            {
                var record = reader.Consume(TimeSpan.FromSeconds(20)) ?? throw new TimeoutException("The log is not read to its end.");
                ends += record.IsPartitionEOF ? 1 : 0;
                if (!record.IsPartitionEOF && record.Message.Key == user.Id)
                    told.AppendLine(string.Join(' ', record.Message.Headers.Select(header => Encoding.UTF8.GetString(header.GetValueBytes())))).AppendLine(record.Message.Value);
            }
            return told.ToString();
        }

        async Task<List<JsonElement>> LettersAsync() =>
            (await buyer.GetAsync(new Uri(shop.Endpoints.Orders, "/dead-letters"))).Read<List<JsonElement>>();
    }

    /// <summary>The rows of the table: <c>| `user` | topics `a` `b` | Create, Write |</c>.</summary>
    private static List<AclBinding> Rights()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "docs/deploy.md")))
            folder = folder.Parent!;
        return
        [
            .. from row in Row().Matches(File.ReadAllText(Path.Combine(folder.FullName, "docs/deploy.md")))
               from name in row.Groups["names"].Value.Split(' ')
               from operation in row.Groups["operations"].Value.Split(", ")
               select new AclBinding
               {
                   Pattern = new()
                   {
                       Type = Enum.Parse<ResourceType>(row.Groups["type"].Value, ignoreCase: true),
                       Name = name.Trim('`'),
                       ResourcePatternType = ResourcePatternType.Literal,
                   },
                   Entry = new()
                   {
                       Principal = $"User:{row.Groups["user"].Value}",
                       Host = "*",
                       Operation = Enum.Parse<AclOperation>(operation),
                       PermissionType = AclPermissionType.Allow,
                   },
               },
        ];
    }

    [GeneratedRegex(@"^\| `(?<user>\w+)` \| (?<type>topic|group)s? (?<names>`[^|]+`) \| (?<operations>[A-Z][\w, ]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    private static T As<T>(string user, RealKafka kafka)
        where T : ClientConfig, new() => new()
        {
            BootstrapServers = kafka.BootstrapServers,
            SecurityProtocol = SecurityProtocol.SaslPlaintext,
            SaslMechanism = SaslMechanism.Plain,
            SaslUsername = user,
            SaslPassword = Password,
        };
}
