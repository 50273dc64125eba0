using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Ticketing.AppHost;

namespace Ticketing.EndToEnd.Tests;

/// <summary>How the AppHost hands on settings that are secret. Nothing is started.</summary>
public sealed class SecretSettingsTests
{
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Payments:Stripe:ApiKey"] = "sk_test_of_an_account",
        ["Payments:Stripe:WebhookSecrets:0"] = "whsec_old",
        ["Payments:Stripe:WebhookSecrets:1"] = "whsec_new",
        ["Payments:MaxAttempts"] = "3",
    };

    [Theory]
    [InlineData]
    [InlineData("--operation", "publish")]
    public async Task They_are_parameters_which_the_dashboard_hides_and_no_published_file_has(params string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });
        foreach (var (name, value) in Settings)
            builder.Configuration[name] = value;
        var payments = builder.AddExecutable("payments", "payments", ".");
        payments.WithSettings("Payments");
        // The next instance has the same ones.
        builder.AddExecutable("payments-2", "payments", ".").WithSettings("Payments");

        var environment = new EnvironmentCallbackContext(builder.ExecutionContext);
        foreach (var callback in payments.Resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await callback.Callback(environment);

        Assert.Equal("3", environment.EnvironmentVariables["Payments__MaxAttempts"]);
        var key = Assert.IsType<ParameterResource>(environment.EnvironmentVariables["Payments__Stripe__ApiKey"]);
        Assert.Equal(
            ["payments-stripe-api-key", "payments-stripe-webhook-secrets-0", "payments-stripe-webhook-secrets-1"],
            builder.Resources.OfType<ParameterResource>().Select(parameter => parameter.Name).Order());
        Assert.All(builder.Resources.OfType<ParameterResource>(), parameter => Assert.True(parameter.Secret));
        Assert.Equal(3, environment.EnvironmentVariables.Values.OfType<ParameterResource>().Count());
        if (builder.ExecutionContext.IsRunMode)
            Assert.Equal("sk_test_of_an_account", await key.GetValueAsync(TestContext.Current.CancellationToken));
    }
}
