using Aspire.Hosting.Testing;

namespace Ticketing.EndToEnd.Tests;

/// <summary>What is published for a deployment. Nothing is started, so no container runtime is needed.</summary>
public sealed class PublishTests : IDisposable
{
    private static readonly int ServiceCount = AppHost.Shop.Services.Count;

    private readonly DirectoryInfo _output = Directory.CreateTempSubdirectory("ticketing-publish-");

    public PublishTests()
    {
        if (AppHost.Containers.Missing is { } missing)
            Assert.Skip(missing);
    }

    [Fact]
    public async Task Compose_has_instances_limits_health_and_one_key_ring_that_only_accounts_writes()
    {
        await PublishAsync();
        var compose = await ReadAsync("docker-compose.yaml");

        Assert.Equal(2, Count(compose, "replicas: 2"));
        Assert.Equal(ServiceCount - 2, Count(compose, "replicas: 1"));
        Assert.Equal(ServiceCount, Count(compose, "source: \"keys\""));
        Assert.Equal(ServiceCount - 1, Count(compose, "source: \"keys\"\n        read_only: true"));
        Assert.Equal(ServiceCount, Count(compose, "healthcheck:"));
        Assert.Equal(ServiceCount + 2, Count(compose, "limits:"));
        Assert.Contains("\"5130-5131:${ORDERS_PORT}\"", compose, StringComparison.Ordinal);
        Assert.Equal(ServiceCount, Count(compose, "ConnectionStrings__mongodb: \"mongodb://admin:${MONGODB_PASSWORD}@mongodb:27017/"));
    }

    [Fact]
    public async Task Kubernetes_has_instances_probes_limits_secrets_and_one_key_ring_that_only_accounts_writes()
    {
        await PublishAsync("--target", "kubernetes");
        var orders = await ReadAsync("templates/orders/deployment.yaml");
        Assert.Contains("replicas: 2", orders, StringComparison.Ordinal);
        Assert.Equal(2, Count(orders, "scheme: \"HTTP\""));
        Assert.Contains("path: \"/alive\"", orders, StringComparison.Ordinal);
        Assert.Contains("path: \"/health\"", orders, StringComparison.Ordinal);
        Assert.Contains("memory: \"512Mi\"", orders, StringComparison.Ordinal);
        Assert.Equal(2, Count(orders, "readOnly: true"));
        Assert.Contains("name: \"orders-secrets\"", orders, StringComparison.Ordinal);

        var accounts = await ReadAsync("templates/accounts/deployment.yaml");
        Assert.Contains("claimName: \"keys\"", accounts, StringComparison.Ordinal);
        Assert.DoesNotContain("readOnly", accounts, StringComparison.Ordinal);
        Assert.Contains("ReadWriteMany", await ReadAsync("templates/accounts/keys.yaml"), StringComparison.Ordinal);
        Assert.Contains("hold_duration: \"00:02:00\"", await ReadAsync("values.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Existing_servers_take_the_place_of_containers_and_their_settings_reach_the_services()
    {
        await PublishAsync(
            "--ConnectionStrings:kafka=broker:9092", "--ConnectionStrings:mongodb=mongodb://store",
            "--Kafka:SaslUsername=shop", "--Kafka:ReplicationFactor=3");
        var compose = await ReadAsync("docker-compose.yaml");

        Assert.DoesNotContain("confluent", compose, StringComparison.Ordinal);
        Assert.DoesNotContain("mongo:", compose, StringComparison.Ordinal);
        Assert.Equal(ServiceCount, Count(compose, "Kafka__ReplicationFactor: \"3\""));
        Assert.Equal(ServiceCount, Count(compose, "Kafka__SaslPassword: \"${KAFKA_SASL_PASSWORD}\""));
    }

    [Theory]
    [InlineData("compose")]
    [InlineData("kubernetes")]
    public async Task PostgreSQL_takes_the_place_of_MongoDB(string target)
    {
        await PublishAsync("--target", target, "--store", "postgres");
        Assert.Contains("Documents__Store: \"postgres\"", await AllAsync(), StringComparison.Ordinal);
        Assert.Contains("library/postgres:", await AllAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("mongo", await AllAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("compose")]
    [InlineData("kubernetes")]
    public async Task Static_members_are_named_by_service_and_host(string target)
    {
        await PublishAsync("--target", target, "--Kafka:GroupInstanceId=shop");
        Assert.Contains("shop-orders-%HOSTNAME%", await AllAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("GroupInstanceId: \"shop\"", await AllAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compose")]
    [InlineData("kubernetes")]
    public async Task What_is_published_asks_for_keys_and_does_not_have_them(string target)
    {
        await PublishAsync(
            "--target", target, "--Payments:Stripe:ApiKey=sk_live_of_an_account", "--Payments:Stripe:WebhookSecrets:0=whsec_old", "--Payments:Stripe:WebhookSecrets:1=whsec_new",
            "--Payments:Stripe:ReturnUrl=https://shop.example/orders/{orderId}", "--Accounts:Mail:Password=of_the_mail_server");
        var all = await AllAsync();

        foreach (var secret in (string[])["sk_live_of_an_account", "whsec_old", "whsec_new", "of_the_mail_server"])
            Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
        foreach (var asked in (string[])["payments_stripe_api_key", "payments_stripe_webhook_secrets_0", "payments_stripe_webhook_secrets_1", "accounts_mail_password"])
            Assert.Contains(asked, all, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("https://shop.example/orders/{orderId}", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compose")]
    [InlineData("kubernetes")]
    public async Task Without_a_key_nothing_of_Stripe_is_published(string target)
    {
        await PublishAsync("--target", target);
        Assert.DoesNotContain("stripe", await AllAsync(), StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose() => _output.Delete(recursive: true);

    private async Task PublishAsync(params string[] arguments)
    {
        // Aspire remembers the settings of what it published in ~/.aspire, also secret ones, and takes them for the next time.
        string[] publish = ["--operation", "publish", "--step", "publish", "--output-path", _output.FullName, "--Pipeline:ClearCache=true", .. arguments];
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Ticketing_AppHost>(publish, TestContext.Current.CancellationToken);
        await using var application = await builder.BuildAsync(TestContext.Current.CancellationToken);
        await application.RunAsync(TestContext.Current.CancellationToken);
    }

    private Task<string> ReadAsync(string file) => File.ReadAllTextAsync(Path.Combine(_output.FullName, file), TestContext.Current.CancellationToken);

    private async Task<string> AllAsync() => string.Concat(await Task.WhenAll(
        _output.GetFiles("*", SearchOption.AllDirectories).Select(file => File.ReadAllTextAsync(file.FullName, TestContext.Current.CancellationToken))));

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
