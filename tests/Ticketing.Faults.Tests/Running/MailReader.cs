using MimeKit;

namespace Ticketing.Faults.Tests.Running;

/// <summary>Reads the mails in a folder.</summary>
internal static class MailReader
{
    public static List<SentMail> ReadAll(string folder) => [.. Directory.CreateDirectory(folder).GetFiles("*.eml").Select(file =>
        {
            using var mail = MimeMessage.Load(file.FullName);
            return new SentMail(mail.MessageId!, mail.To.Mailboxes.Single().Address, mail.Date);
        })];
}
