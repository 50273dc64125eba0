using Microsoft.AspNetCore.Identity;

namespace Ticketing.Accounts;

/// <summary>Hashes and checks passwords with ASP.NET Core Identity's hasher.</summary>
public sealed class Passwords(IPasswordHasher<User> hasher)
{
    private static readonly User Nobody = new("", "", "");

    private readonly string _nobodysHash = hasher.HashPassword(Nobody, Guid.NewGuid().ToString());

    /// <summary>A new user with this password.</summary>
    public User CreateUser(string id, string email, string password) => new(id, email, hasher.HashPassword(Nobody, password));

    /// <summary>
    /// Whether the password is the user's. Without a user it takes as long as with one, so that nobody learns who has signed up.
    /// </summary>
    public bool Match(User? user, string password) =>
        hasher.VerifyHashedPassword(user ?? Nobody, user?.PasswordHash ?? _nobodysHash, password) != PasswordVerificationResult.Failed
        && user is not null;
}
