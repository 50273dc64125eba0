using MailKit.Net.Smtp;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Ticketing.Mail;

/// <summary>Where mails go.</summary>
public interface IMailTransport
{
    /// <summary>Hands a mail over. The same one may come again, with the same <c>Message-ID</c>.</summary>
    /// <exception cref="Exception">It may not be handed over; it is tried again.</exception>
    Task SendAsync(MimeMessage mail, CancellationToken cancellation);
}

/// <summary>To a mail server.</summary>
public sealed class SmtpTransport(IOptions<MailOptions> options) : IMailTransport
{
    // For each step of the conversation.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task SendAsync(MimeMessage mail, CancellationToken cancellation)
    {
        var settings = options.Value;
        using var client = new SmtpClient { Timeout = (int)Timeout.TotalMilliseconds };
        await client.ConnectAsync(settings.Host!, settings.Port, settings.Security, cancellation);
        if (settings.UserName is { } user)
            await client.AuthenticateAsync(user, settings.Password ?? "", cancellation);
        await client.SendAsync(mail, cancellation);
        await client.DisconnectAsync(quit: true, cancellation);
    }
}

/// <summary>Into a folder: a file for each mail, named after its <c>Message-ID</c>, which appears whole.</summary>
public sealed class FolderTransport(IOptions<MailOptions> options) : IMailTransport
{
    /// <inheritdoc/>
    public async Task SendAsync(MimeMessage mail, CancellationToken cancellation)
    {
        var folder = Directory.CreateDirectory(options.Value.Folder).FullName;
        var file = Path.Combine(folder, $"{mail.MessageId!.Split('@')[0]}.eml");
        var unfinished = $"{file}.{Guid.NewGuid():N}";
        await mail.WriteToAsync(unfinished, cancellation);
        File.Move(unfinished, file, overwrite: true);
    }
}
