using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Ticketing.Accounts;

/// <summary>Hashes and checks passwords with ASP.NET Core Identity's hasher.</summary>
public sealed class Passwords(IPasswordHasher<User> hasher, IOptions<HashingOptions> options) : IDisposable
{
    private static readonly User Nobody = new("", "", "");

    private readonly string _nobodysHash = hasher.HashPassword(Nobody, Guid.NewGuid().ToString());

    // A hash takes a processor for tens of milliseconds, on purpose. No more at a time than there are processors: a crowd of them would
    // hold up everything else for seconds, until even the store seems not to answer. Who came last is next: it waits for no crowd that came before.
    private readonly ConcurrencyLimiter _turns = new(new()
    {
        PermitLimit = Environment.ProcessorCount,
        QueueLimit = options.Value.MaxWaiting,
        QueueProcessingOrder = QueueProcessingOrder.NewestFirst,
    });

    /// <summary>What is kept of a password.</summary>
    public string Hash(string password) => hasher.HashPassword(Nobody, password);

    /// <summary>
    /// Whether the password is the user's. Without a user it takes as long as with one, so that nobody learns who has signed up.
    /// </summary>
    public bool Match(User? user, string password) =>
        hasher.VerifyHashedPassword(user ?? Nobody, user?.PasswordHash ?? _nobodysHash, password) != PasswordVerificationResult.Failed
        && user is not null;

    /// <summary>
    /// Waits for the turn to do one of these, which lasts until the result is disposed. It is not acquired if so many have come meanwhile that the line is full.
    /// </summary>
    public ValueTask<RateLimitLease> TurnAsync(CancellationToken cancellation) => _turns.AcquireAsync(1, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();
}
