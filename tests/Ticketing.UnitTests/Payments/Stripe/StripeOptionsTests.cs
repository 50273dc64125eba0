using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Ticketing.Payments.Gateway;

namespace Ticketing.UnitTests.Payments.Stripe;

public sealed class StripeOptionsTests
{
    private const string Key = "Payments:Stripe:ApiKey must begin with sk_test_, sk_live_, rk_test_ or rk_live_, and go on with letters, digits and underscores.";
    private const string Absolute = "Payments:Stripe:ApiBase must be an absolute http or https URL.";
    private const string Secure = "Payments:Stripe:ApiBase must be an https URL unless it is on this machine.";
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

    [Fact]
    public async Task Wrong_settings_end_the_start_without_showing_the_key()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration["Payments:Stripe:ApiKey"] = "pk_test_secret";
        builder.Services.AddStripeGateway();
        using var host = builder.Build();

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(Key, refused.Message);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
    }
}
