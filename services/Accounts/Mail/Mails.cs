using Microsoft.Extensions.Options;
using MimeKit;
using Ticketing.Documents;
using Ticketing.Mail;
using Ticketing.Messaging;

namespace Ticketing.Accounts.Mail;

/// <summary>
/// Sends the mails that users' documents record as due, and records them as sent. If the process dies in between, the mail is sent again with the same
/// <c>Message-ID</c>. Its token is made now, so that the store never has more of it than a hash; each try has another one, and all of them are good.
/// </summary>
public sealed partial class Mails(
    Repository<User> users, IMailTransport transport, IOptions<AccountMailOptions> options, TimeProvider time, ILogger<Mails> logger)
{
    private const int AtATime = 8;

    /// <summary>Claims the mails that are due, and sends those that no other instance claimed first.</summary>
    public Task RunAsync(IReadOnlyList<DocumentView<User>> due, CancellationToken cancellation) => Parallel.ForEachAsync(
        due.SelectMany(document => document.State.Mails.Select(mail => (document.Id, Mail: mail))),
        new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellation },
        async (one, stop) => await SendAsync(one.Id, one.Mail, stop));

    private async Task SendAsync(string documentId, DueMail mail, CancellationToken cancellation)
    {
        var token = UserToken.New(documentId);
        var claimed = false;
        var (user, _) = await users.ExecuteAsync(documentId, user =>
        {
            var claim = User.ClaimMail(user, mail.Id, UserToken.HashOf(token), time.GetUtcNow());
            claimed = claim.State?.Mails.Any(other => other.Id == mail.Id) == true;
            return claim;
        }, cancellation);
        if (!claimed)
            return;
        try
        {
            using var message = Write(user!, mail, token);
            await transport.SendAsync(message, cancellation);
            await users.ExecuteAsync(documentId, sent => User.MailSent(sent, mail.Id), CancellationToken.None);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // Mail servers repeat the address in their answers.
            LogFailed(mail.Kind, user!.Id, $"{e}".Replace(user.Email, "the address", StringComparison.OrdinalIgnoreCase));
        }
    }

    private MimeMessage Write(User user, DueMail mail, string token)
    {
        var (subject, why, page, call, lifetime) = mail.Kind == MailKind.PasswordReset
            ? ("Reset your password", "Somebody, probably you, wants to reset the password of your account.", "reset-password", "POST /api/users/password/reset", "30 minutes")
            : ("Confirm your email address", "You have signed up with this email address.", "verify-email", "POST /api/users/verification/confirm", "a day");
        var how = options.Value.Website is { } website ? $"Follow this link:\n\n{website.ToString().TrimEnd('/')}/{page}?token={token}" : $"The token for {call} is:\n\n{token}";
        var from = MailboxAddress.Parse(options.Value.From);
        return new MimeMessage([from], [new MailboxAddress(null, user.Email)], subject, new TextPart("plain")
        {
            Text = $"{why}\n\n{how}\n\nIt is good once, for {lifetime}. If it was not you, ignore this mail.\n",
        })
        {
            MessageId = $"{mail.Id}@{from.Domain}",
            Date = mail.AskedAt,
        };
    }

    [LoggerMessage(LogLevel.Warning, "A mail ({Kind}) to user {UserId} could not be sent; it is tried again: {Error}")]
    private partial void LogFailed(MailKind kind, string userId, string error);
}
