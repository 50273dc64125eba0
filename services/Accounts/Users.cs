using Microsoft.Extensions.Options;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Accounts;

/// <summary>Finds users by their address, whatever rule their document got its id by, and carries out commands on them.</summary>
public sealed class Users(Repository<User> repository, EndedSessions ended, IOptions<AccountOptions> options, TimeProvider time)
{
    private readonly TimeSpan _lifetime = options.Value.SessionLifetime;

    /// <summary>A name that nobody guesses.</summary>
    public static string NewId() => Guid.NewGuid().ToString("N");

    /// <summary>The user of an address with the id of the document; null if nobody has signed up with it.</summary>
    public async ValueTask<(string DocumentId, User User)?> FindAsync(string email, CancellationToken cancellation)
    {
        var id = User.DocumentId(email);
        var found = await repository.Store.ViewAsync(id, cancellation);
        if (found is null or { State.IsDeleted: true })
            found = (await repository.Store.ViewManyAsync([.. User.FormerDocumentIds(email)], cancellation)).Values.FirstOrDefault(one => !one.State.IsDeleted);
        return found is null ? null : (found.Id, found.State);
    }

    /// <summary>
    /// Stores a new user, unless somebody has just signed up with the same address (<see cref="User.SignUp"/>).
    /// </summary>
    /// <returns>The user of the address, and the session if there is one.</returns>
    public async ValueTask<(User User, Session? Session)> CreateAsync(User user, CancellationToken cancellation)
    {
        var id = NewId();
        var (made, _) = await repository.ExecuteAsync(
            User.DocumentId(user.Email),
            other => User.SignUp(other, user, options.Value.RequireVerifiedEmail, id, time.GetUtcNow(), _lifetime),
            cancellation);
        return (made!, made!.SessionOf(id));
    }

    /// <summary>Whether this user must verify the address before signing in.</summary>
    public bool MustVerify(User user) => options.Value.RequireVerifiedEmail && !user.IsEmailVerified;

    /// <summary>Begins a session of the user of an address; null if there is no such user any more, or the password was changed since it was checked.</summary>
    /// <param name="email">The address.</param>
    /// <param name="passwordHash">The hash of the password that was checked.</param>
    /// <param name="cancellation">Gives up.</param>
    public async ValueTask<(User User, Session Session)?> SignInAsync(string email, string passwordHash, CancellationToken cancellation)
    {
        var id = NewId();
        var (user, _) = await ExecuteAsync(email, user => User.SignIn(user, passwordHash, id, time.GetUtcNow(), _lifetime), cancellation);
        return user?.SessionOf(id) is { } session ? (user, session) : null;
    }

    /// <summary>Goes on with a session; null if it is over.</summary>
    /// <param name="email">The user's address.</param>
    /// <param name="userId">The user.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="number">Which of its refresh tokens is used.</param>
    /// <param name="cancellation">Gives up.</param>
    public async ValueTask<(User User, Session Session)?> RefreshAsync(
        string email, string userId, string sessionId, int number, CancellationToken cancellation)
    {
        var (user, refusal) = await ExecuteAsync(email, user => User.Refresh(user, userId, sessionId, number, time.GetUtcNow(), _lifetime), cancellation);
        return refusal is null && user?.SessionOf(sessionId) is { } session ? (user, session) : null;
    }

    /// <summary>The user of a document; null if there is none.</summary>
    public async ValueTask<User?> ViewAsync(string documentId, CancellationToken cancellation) => (await repository.Store.ViewAsync(documentId, cancellation))?.State;

    /// <summary>Carries out a command on the user of an address.</summary>
    /// <inheritdoc cref="ExecuteOnAsync"/>
    public async ValueTask<(User? State, Refusal? Refusal)> ExecuteAsync(string email, Func<User?, Decision<User>> decide, CancellationToken cancellation) =>
        await FindAsync(email, cancellation) is { } found
            ? await ExecuteOnAsync(found.DocumentId, decide, cancellation)
            : (null, decide(null).Refusal);

    /// <summary>Carries out a command on the user of a document. If it ends sessions, this instance knows that at once; the others hear it.</summary>
    /// <inheritdoc cref="Repository{T}.ExecuteAsync"/>
    public async ValueTask<(User? State, Refusal? Refusal)> ExecuteOnAsync(string documentId, Func<User?, Decision<User>> decide, CancellationToken cancellation)
    {
        var (user, refusal) = await repository.ExecuteAsync(documentId, decide, cancellation);
        foreach (var told in user?.Tell() ?? [])
            ended.Take((AccountEvent)told, time.GetUtcNow());
        return (user, refusal);
    }
}
