using Microsoft.Extensions.Hosting;

namespace Ticketing.AppHost;

/// <summary>
/// Where a service's mails go when the shop runs: to the server or the folder that its settings name, else to Mailpit where containers run, which shows
/// them on a page and sends none, else into a folder of the run.
/// </summary>
internal sealed class MailServer
{
    private readonly IResourceBuilder<ContainerResource>? _mailpit;
    private readonly string _folder;

    private MailServer(IResourceBuilder<ContainerResource>? mailpit, string folder) => (_mailpit, _folder) = (mailpit, folder);

    /// <summary>The choice, as a sentence.</summary>
    public string Reason => _mailpit is null ? $"Mails are files in {_folder}, unless a server is named." : "Mails go to Mailpit, unless a server is named.";

    /// <summary>Adds Mailpit where containers run.</summary>
    public static MailServer Add(IDistributedApplicationBuilder builder, bool useContainers, string runDirectory) => new(
        useContainers && builder.ExecutionContext.IsRunMode
            ? builder.AddContainer("mailpit", "axllent/mailpit", "v1.31")
                .WithHttpEndpoint(targetPort: 8025)
                .WithEndpoint(targetPort: 1025, name: "smtp")
                .WithHttpHealthCheck("/readyz")
                .WithUrlForEndpoint("http", url => url.DisplayText = "Mails")
            : null,
        Path.Combine(runDirectory, "mail"));

    /// <summary>Connects an instance of a service that sends mails.</summary>
    /// <param name="service">The instance.</param>
    /// <param name="section">The section of its settings.</param>
    public void ConnectTo(IResourceBuilder<ProjectResource> service, string section)
    {
        var settings = service.ApplicationBuilder.Configuration.GetSection($"{section}:Mail");
        if (settings["Host"] is not null || settings["Folder"] is not null || !service.ApplicationBuilder.ExecutionContext.IsRunMode)
            return;
        if (_mailpit is null)
        {
            service.WithEnvironment($"{section}__Mail__Folder", _folder);
            // Notifications has a page with them, also those of Accounts.
            if (section == "Notifications" && service.ApplicationBuilder.Environment.IsDevelopment())
                service.WithUrlForEndpoint("http", _ => new() { Url = "/mails", DisplayText = "Mails" });
            return;
        }
        var smtp = _mailpit.GetEndpoint("smtp");
        service
            .WithEnvironment($"{section}__Mail__Host", smtp.Property(EndpointProperty.Host))
            .WithEnvironment($"{section}__Mail__Port", smtp.Property(EndpointProperty.Port))
            .WithEnvironment($"{section}__Mail__Security", "None");
    }
}
