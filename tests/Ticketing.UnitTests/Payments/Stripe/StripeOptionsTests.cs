using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Ticketing.Payments.Gateway;

namespace Ticketing.UnitTests.Payments.Stripe;

public sealed class StripeOptionsTests
{
    private const string Key = "Payments:Stripe:ApiKey must begin with sk_test_, sk_live_, rk_test_ or rk_live_, and go on with letters, digits and underscores.";
    private const string Absolute = "Payments:Stripe:ApiBase must be an absolute http or https URL.";
    private const string Secure = "Payments:Stripe:ApiBase must be an https URL unless it is on this machine.";
    private const string Secrets = "Each of Payments:Stripe:WebhookSecrets must begin with whsec_, and go on without spaces.";
    private const string Live = "Payments:Stripe:ApiKey is a live key, and Payments:Stripe:ApiBase is on this machine: use a test key there.";

    [Theory]
    [InlineData("sk_test_1", null, null)]
    [InlineData("rk_test_1", null, null)]
    [InlineData("sk_live_1", null, null)]
    [InlineData("rk_live_1", "https://stripe.example/", null)]
    [InlineData("sk_test_1", "http://127.0.0.1:12111", null)]
    [InlineData("sk_test_1", "http://localhost:12111", null)]
    [InlineData("rk_test_1", "http://[::1]:12111", null)]
    [InlineData("", null, Key)]
    [InlineData("sk_test_", null, Key)]
    [InlineData("pk_test_1", null, Key)]
    [InlineData("sk_prod_1", null, Key)]
    [InlineData("sk_test_1 ", null, Key)]
    [InlineData("sk_test_1\n", null, Key)]
    [InlineData("sk_test_1", "", Absolute)]
    [InlineData("sk_test_1", "/v1", Absolute)]
    [InlineData("sk_test_1", "api.stripe.com", Absolute)]
    [InlineData("sk_test_1", "ftp://api.stripe.com", Absolute)]
    [InlineData("sk_test_1", "http://stripe.example", Secure)]
    [InlineData("sk_live_1", "http://127.0.0.1:12111", Live)]
    [InlineData("rk_live_1", "https://localhost:12111", Live)]
    public void Settings_are_right_or_it_is_said_what_is_wrong(string key, string? apiBase, string? problem)
    {
        var options = new StripeOptions { ApiKey = key };
        Assert.Equal("https://api.stripe.com", options.ApiBase);

        Assert.Equal(problem, (apiBase is null ? options : new StripeOptions { ApiKey = key, ApiBase = apiBase }).Problem);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(null, "whsec_a", "whsec_Zm9v+/=")]
    [InlineData(Secrets, "")]
    [InlineData(Secrets, "whsec_a", "whsec_")]
    [InlineData(Secrets, "sk_test_1")]
    [InlineData(Secrets, "whsec_a b")]
    [InlineData(Secrets, "whsec_a\n")]
    [InlineData(Secrets, " whsec_a")]
    public void So_are_the_secrets_of_webhooks(string? problem, params string[] secrets) =>
        Assert.Equal(problem, new StripeOptions { ApiKey = "sk_test_1", WebhookSecrets = secrets }.Problem);

    [Theory]
    [InlineData(null, null)]
    [InlineData(1, null)]
    [InlineData(0, "Payments:Stripe:QuestionsPerSecond must be 1 or more.")]
    public void So_is_the_rate_of_questions(int? rate, string? problem) =>
        Assert.Equal(problem, new StripeOptions { ApiKey = "sk_test_1", QuestionsPerSecond = rate }.Problem);

    [Theory]
    [InlineData("ApiKey")]
    [InlineData("WebhookSecrets:0")]
    public async Task Wrong_settings_end_the_start_without_showing_them(string setting)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration["Payments:Stripe:ApiKey"] = "sk_test_1";
        builder.Configuration[$"Payments:Stripe:{setting}"] = "pk_test_secret";
        builder.Services.AddStripeGateway();
        using var host = builder.Build();

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(setting == "ApiKey" ? Key : Secrets, refused.Message);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
    }
}
