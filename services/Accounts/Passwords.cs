using System.Diagnostics;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Ticketing.Accounts;

/// <summary>Hashes and checks passwords with ASP.NET Core Identity's hasher.</summary>
/// <remarks>
/// A hash takes a processor for tens of milliseconds, on purpose. A crowd of them would hold up everything else for seconds, until even the store seems
/// not to answer. So callers wait in lines, and each line hashes only a few at a time. Callers who guess wait behind each other, and not in front of anybody else.
/// </remarks>
public sealed class Passwords : IDisposable
{
    private static readonly User Nobody = new("", "", "");

    private readonly IPasswordHasher<User> _hasher;
    private readonly TimeProvider _time;
    private readonly Dictionary<PasswordLine, ConcurrencyLimiter> _lines;
    private TimeSpan _lastTime;

    /// <param name="hasher">Hashes.</param>
    /// <param name="options">The limits.</param>
    /// <param name="time">The time.</param>
    public Passwords(IPasswordHasher<User> hasher, IOptions<HashingOptions> options, TimeProvider time)
    {
        (_hasher, _time) = (hasher, time);
        var limits = new ConcurrencyLimiterOptions
        {
            // One line rarely has to share with both of the others.
            PermitLimit = Math.Max(1, Environment.ProcessorCount / 2),
            QueueLimit = options.Value.MaxWaiting,
            // Who came last is next: it waits for no crowd that came before.
            QueueProcessingOrder = QueueProcessingOrder.NewestFirst,
        };
        _lines = Enum.GetValues<PasswordLine>().ToDictionary(line => line, _ => new ConcurrencyLimiter(limits));
        Measured(() => hasher.HashPassword(Nobody, ""));
    }

    /// <summary>What is kept of a password.</summary>
    public Task<string> HashAsync(string password) => MeasuredAsync(() => _hasher.HashPassword(Nobody, password));

    /// <summary>Whether the password is the user's.</summary>
    public Task<bool> MatchesAsync(User user, string password) =>
        MeasuredAsync(() => _hasher.VerifyHashedPassword(user, user.PasswordHash, password) != PasswordVerificationResult.Failed);

    /// <summary>
    /// Takes as long as <see cref="MatchesAsync"/> does, for guesses at an account that does not exist: the time of an answer must not say who has signed up. It
    /// takes no processor time.
    /// </summary>
    public Task PretendAsync(CancellationToken cancellation) => Task.Delay(_lastTime, _time, cancellation);

    /// <summary>
    /// Waits for the turn to do one of these, which lasts until the result is disposed. It is not acquired if so many have come meanwhile that the line is full.
    /// </summary>
    public ValueTask<RateLimitLease> TurnAsync(PasswordLine line, CancellationToken cancellation) => _lines[line].AcquireAsync(1, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var line in _lines.Values)
            line.Dispose();
    }

    // On a thread of its own: the pool has about as many as there are processors, and they are for short work.
    private Task<T> MeasuredAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(() => Measured(work), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private T Measured<T>(Func<T> work)
    {
        var started = Stopwatch.GetTimestamp();
        var result = work();
        _lastTime = Stopwatch.GetElapsedTime(started);
        return result;
    }
}

/// <summary>The line in which a caller waits for a password hash, by what is known of the address that the call comes from.</summary>
public enum PasswordLine
{
    /// <summary>Somebody has signed in to the account from there lately.</summary>
    Known,

    /// <summary>Nobody has tried anything from there lately.</summary>
    New,

    /// <summary>Somebody has tried from there in the last minute, with this account or another.</summary>
    Busy,
}
