using Ticketing.Accounts.Mail;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Accounts;

/// <summary>Accounts tells which sessions have ended, and hears it from its other instances. Mails that are due are sent.</summary>
public static class AccountsService
{
    /// <summary>What the service is made of.</summary>
    public static Service Value { get; } = new Service("accounts")
        .Publishes(Topics.Accounts)
        .Documents(User.Documents, user => user.Tell())
        .WhenDue<User, Mails>("mail_due", (mails, due, cancellation) => mails.RunAsync(due, cancellation))
        .HearsOfEndedSessions();
}
