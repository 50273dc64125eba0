using MailKit.Security;
using MimeKit;

namespace Ticketing.Mail;

/// <summary>How a service sends mails: settings under <c>Accounts:Mail:</c>, <c>Notifications:Mail:</c>.</summary>
public class MailOptions
{
    /// <summary>The mail server; null to put mails into a folder.</summary>
    public string? Host { get; set; }

    /// <summary>The server's port.</summary>
    public int Port { get; set; } = 587;

    /// <summary>How the connection is protected: <c>StartTls</c>, <c>SslOnConnect</c> (usually port 465), <c>Auto</c>, or <c>None</c> on a network that nobody else hears.</summary>
    public SecureSocketOptions Security { get; set; } = SecureSocketOptions.StartTls;

    /// <summary>Who the server knows us as; null if it asks for nobody.</summary>
    public string? UserName { get; set; }

    /// <summary>The password of <see cref="UserName"/>.</summary>
    public string? Password { get; set; }

    /// <summary>Who mails are from, such as <c>Ticketing &lt;no-reply@shop.example&gt;</c>.</summary>
    public string From { get; set; } = "Ticketing <no-reply@ticketing.example>";

    /// <summary>Where mails are put, as <c>.eml</c> files, without a server.</summary>
    public string Folder { get; set; } = Path.Combine(Path.GetTempPath(), "ticketing-mail");

    /// <summary>Whether <see cref="From"/> is an address.</summary>
    public bool HasSender => MailboxAddress.TryParse(From, out _);
}
