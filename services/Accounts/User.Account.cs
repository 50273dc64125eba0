using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Accounts;

// How an account begins and ends, and what is told of it.
public sealed partial record User
{
    // A segment of the log is cleaned once it is not written to any more, and the broker ends it when a record comes after the lag. This is that record.
    private static readonly TimeSpan TellDeletionAfter = CompactedTopics.Lag + TimeSpan.FromSeconds(2);

    /// <summary>Somebody signs up: with a session, or with a mail that is due if the address must be verified first.</summary>
    /// <param name="other">Who has signed up with the address already, if anybody has.</param>
    /// <param name="user">The user.</param>
    /// <param name="mustVerify">Whether the address must be verified first.</param>
    /// <param name="id">Names the session or the mail.</param>
    /// <param name="now">The time.</param>
    /// <param name="lifetime">How long the session can be refreshed.</param>
    public static Decision<User> SignUp(User? other, User user, bool mustVerify, string id, DateTimeOffset now, TimeSpan lifetime) =>
        other is { IsDeleted: false } ? Decision<User>.Nothing
        : mustVerify ? Introduced(AskForMail(user, MailKind.EmailVerification, id, now).State!)
        : SignIn(user, id, now, lifetime);

    /// <summary>The user deletes the account. What is kept says only that there was one, and ends its sessions.</summary>
    /// <param name="user">The user.</param>
    /// <param name="passwordHash">The hash of the password that was checked.</param>
    /// <param name="now">The time.</param>
    public static Decision<User> Delete(User? user, string passwordHash, DateTimeOffset now)
    {
        if (user is null or { IsDeleted: true })
            return Decision<User>.Nothing;
        if (user.PasswordHash != passwordHash)
            return Decision<User>.Refuse(RefusalKind.Conflict, "The password was changed in the same moment. Sign in again.");
        return Told(new User(user.Id, "", "")
        {
            IsDeleted = true,
            Version = user.Version,
            SessionEpoch = user.SessionEpoch + 1,
            TellDeletionAt = now + TellDeletionAfter,
        });
    }

    /// <summary>
    /// A deletion is told once more. In a partition to which nothing else comes, the address would stay in the log otherwise. If the same address has signed
    /// up again meanwhile, this is not done: then another account tells it anyway.
    /// </summary>
    /// <param name="user">The deleted user.</param>
    /// <param name="now">The time.</param>
    public static Decision<User> TellDeletionAgain(User user, DateTimeOffset now) =>
        user.TellDeletionAt <= now ? new(user with { TellDeletionAt = null }, user.Tell()) : Decision<User>.Nothing;

    /// <summary>The account as it is, told again; nothing if it was never told.</summary>
    public IReadOnlyList<IEvent> Tell() => Version == 0 ? [] : IsDeleted
        ? [new AccountDeleted { Id = Id, Version = Version, SessionEpoch = SessionEpoch }]
        // Instances of before do not know account.created, so what ends sessions is never told by that.
        : Version == 1 && SessionEpoch == 0 && EndedSessions.IsEmpty
        ? [new AccountCreated { Id = Id, Version = Version, Email = Email, EmailVerified = IsEmailVerified }]
        : [
            new AccountUpdated
            {
                Id = Id,
                Version = Version,
                Email = Email,
                EmailVerified = IsEmailVerified,
                SessionEpoch = SessionEpoch,
                EndedSessions = [.. EndedSessions.Select(session => session.Id)],
            },
        ];

    /// <summary>A change of which nobody needs to know. It tells the address if nobody knows that yet.</summary>
    private static Decision<User> Introduced(User user) => user.IsAddressTold ? new(user) : Told(user);

    private static Decision<User> Told(User user)
    {
        user = user with { Version = user.Version + 1, IsAddressTold = !user.IsDeleted };
        return new(user, user.Tell());
    }
}
