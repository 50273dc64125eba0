using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ticketing.Mail;

/// <summary>Adds what sends mails.</summary>
public static class MailExtensions
{
    /// <summary>Adds an <see cref="IMailTransport"/> with the settings of a section: to its <c>Host</c>, or without one into its <c>Folder</c>.</summary>
    /// <returns>The options, for what a service checks besides.</returns>
    public static OptionsBuilder<TOptions> AddMail<TOptions>(this IHostApplicationBuilder builder, string section)
        where TOptions : MailOptions
    {
        builder.Services.AddSingleton<IOptions<MailOptions>>(services => services.GetRequiredService<IOptions<TOptions>>());
        if (builder.Configuration[$"{section}:Host"] is { Length: > 0 })
            builder.Services.AddSingleton<IMailTransport, SmtpTransport>();
        else
            builder.Services.AddSingleton<IMailTransport, FolderTransport>();
        return builder.Services.AddOptions<TOptions>().BindConfiguration(section)
            .Validate(options => options.HasSender, $"{section}:From must be an email address, such as Ticketing <no-reply@shop.example>.").ValidateOnStart();
    }
}
