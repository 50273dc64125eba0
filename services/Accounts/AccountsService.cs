using Ticketing.Accounts.Mail;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Accounts;

/// <summary>
/// Accounts tells the address of everybody and which sessions have ended, and hears the latter from its other instances. Mails that are due are sent, and
/// deletions are told again.
/// </summary>
public static class AccountsService
{
    /// <summary>What the service is made of.</summary>
    public static Service Value { get; } = new Service("accounts")
        .PublishesState(Topics.Accounts).ReadBy("notifications").TellsActions()
        .Documents(User.Documents, user => user.Tell())
        .WhenDue<User>("deletion_due", User.TellDeletionAgain)
        .WhenDue<User, Mails>("mail_due", (mails, due, cancellation) => mails.RunAsync(due, cancellation))
        .HearsOfEndedSessions();
}
