using Ticketing.Mail;

namespace Ticketing.Accounts.Mail;

/// <summary>Settings under <c>Accounts:Mail:</c>.</summary>
public sealed class AccountMailOptions : MailOptions
{
    /// <summary>
    /// The shop's pages, such as <c>https://shop.example</c>: mails link to <c>/reset-password</c> and <c>/verify-email</c> there, with <c>?token=…</c>. Without it,
    /// they say which call takes the token.
    /// </summary>
    public Uri? Website { get; set; }
}
