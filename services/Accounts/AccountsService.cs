using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Accounts;

/// <summary>Accounts listens to nobody. It tells which sessions have ended.</summary>
public static class AccountsService
{
    /// <summary>What the service is made of.</summary>
    public static Service Value { get; } = new Service("accounts")
        .Publishes(Topics.Accounts)
        .Documents(User.Documents, user => user.Tell())
        .HearsOfEndedSessions();
}
