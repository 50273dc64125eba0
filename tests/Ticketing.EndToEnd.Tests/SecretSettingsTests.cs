using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Ticketing.AppHost;

namespace Ticketing.EndToEnd.Tests;

/// <summary>How the AppHost hands on settings that are secret. Nothing is started.</summary>
public sealed class SecretSettingsTests
{
    private const string Key = "sk_test_of_an_account";

    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Payments:Stripe:ApiKey"] = Key,
        ["payments:stripe:webhooksecrets:0"] = "whsec_old",
        ["Payments:Stripe:WebhookSecrets:1"] = "whsec_new",
        ["Payments:MaxAttempts"] = "3",
    };

    [Fact]
    public async Task In_what_is_published_they_are_parameters_without_a_value()
    {
        var (builder, payments) = Model("--operation", "publish");
        payments.WithSettings("Payments");
        // The next instance has the same ones.
        builder.AddProject<Projects.Payments>("payments-2", project => project.ExcludeLaunchProfile = true).WithSettings("Payments");

        var published = await payments.Resource.GetEnvironmentVariableValuesAsync(DistributedApplicationOperation.Publish);

        Assert.Equal("3", published["Payments__MaxAttempts"]);
        Assert.Equal("{payments-stripe-api-key.value}", published["Payments__Stripe__ApiKey"]);
        Assert.DoesNotContain(published.Values, value => value.Contains("sk_", StringComparison.Ordinal) || value.Contains("whsec_", StringComparison.Ordinal));
        var parameters = builder.Resources.OfType<ParameterResource>().ToList();
        Assert.Equal(3, parameters.Count);
        Assert.All(parameters, parameter => Assert.True(parameter.Secret));
    }

    [Fact]
    public async Task When_the_shop_runs_the_service_has_them()
    {
        var (_, payments) = Model();
        payments.WithSettings("Payments");

        Assert.Equal(Key, (await payments.Resource.GetEnvironmentVariableValuesAsync(DistributedApplicationOperation.Run))["Payments__Stripe__ApiKey"]);
    }

    private static (IDistributedApplicationBuilder Builder, IResourceBuilder<ProjectResource> Payments) Model(params string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });
        foreach (var (name, value) in Settings)
            builder.Configuration[name] = value;
        return (builder, builder.AddProject<Projects.Payments>("payments", project => project.ExcludeLaunchProfile = true));
    }
}
