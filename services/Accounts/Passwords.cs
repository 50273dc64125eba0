using Microsoft.AspNetCore.Identity;

namespace Ticketing.Accounts;

/// <summary>Hashes and checks passwords with ASP.NET Core Identity's hasher.</summary>
public sealed class Passwords(IPasswordHasher<User> hasher) : IDisposable
{
    private static readonly User Nobody = new("", "", "");

    private readonly string _nobodysHash = hasher.HashPassword(Nobody, Guid.NewGuid().ToString());

    // A hash takes a processor for tens of milliseconds, on purpose. No more at a time than there are processors: a crowd of them would
    // hold up everything else for seconds, until even the store seems not to answer.
    private readonly SemaphoreSlim _turns = new(Environment.ProcessorCount);

    /// <summary>A new user with this password.</summary>
    public User CreateUser(string id, string email, string password) => new(id, email, hasher.HashPassword(Nobody, password));

    /// <summary>
    /// Whether the password is the user's. Without a user it takes as long as with one, so that nobody learns who has signed up.
    /// </summary>
    public bool Match(User? user, string password) =>
        hasher.VerifyHashedPassword(user ?? Nobody, user?.PasswordHash ?? _nobodysHash, password) != PasswordVerificationResult.Failed
        && user is not null;

    /// <summary>Does one of these when its turn has come.</summary>
    public async Task<T> InTurnAsync<T>(Func<Passwords, T> work, CancellationToken cancellation)
    {
        await _turns.WaitAsync(cancellation);
        try
        {
            return work(this);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();
}
