using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging.Abstractions;
using Ticketing.AppHost;

namespace Ticketing.EndToEnd.Tests;

/// <summary>Where the AppHost sends mails. Nothing is started, so no container runtime is needed.</summary>
public sealed class MailServerTests
{
    [Fact]
    public async Task With_containers_mails_go_to_Mailpit() => Assert.Equal(
        new Dictionary<string, string>
        {
            ["Notifications__Mail__Host"] = "{mailpit.bindings.smtp.host}",
            ["Notifications__Mail__Port"] = "{mailpit.bindings.smtp.port}",
            ["Notifications__Mail__Security"] = "None",
        },
        await MailSettingsAsync(useContainers: true));

    [Fact]
    public async Task Without_them_mails_go_into_a_folder_of_the_run() => Assert.Equal(
        new Dictionary<string, string> { ["Notifications__Mail__Folder"] = Path.Combine("run", "mail") }, await MailSettingsAsync(useContainers: false));

    [Theory]
    [InlineData("Host")]
    [InlineData("Folder")]
    public async Task Settings_that_name_a_server_or_a_folder_are_kept(string setting) =>
        Assert.Empty(await MailSettingsAsync(useContainers: true, $"--Notifications:Mail:{setting}=mine"));

    private static async Task<Dictionary<string, string>> MailSettingsAsync(bool useContainers, params string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });
        var notifications = builder.AddProject<Projects.Notifications>("notifications", project => project.ExcludeLaunchProfile = true);
        MailServer.Add(builder, useContainers, "run").ConnectTo(notifications, "Notifications");
        var settings = await ExecutionConfigurationBuilder.Create(notifications.Resource).WithEnvironmentVariablesConfig()
            .BuildAsync(new(DistributedApplicationOperation.Publish), NullLogger.Instance, TestContext.Current.CancellationToken);
        return settings.EnvironmentVariables.Where(setting => setting.Key.Contains("Mail", StringComparison.Ordinal)).ToDictionary(setting => setting.Key, setting => setting.Value);
    }
}
