using System.Threading.RateLimiting;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Ticketing.Accounts;

/// <summary>
/// Limits how often someone tries to sign in to an account. From one address only a few tries are allowed, and then one now and then. From all addresses
/// together there may be more, but an address from which someone has signed in to the account lately does not count: strangers who guess from everywhere do
/// not keep its owner out.
/// </summary>
public sealed class SignInLimits : IDisposable
{
    private readonly PartitionedRateLimiter<Attempt> _perAddress;
    private readonly PartitionedRateLimiter<Attempt> _perAccount;
    // Longer than the pause between two tries of an address that uses all that its limit allows.
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(1);

    private readonly MemoryCache _signedIn;
    private readonly MemoryCache _tried;
    private readonly TimeSpan _remember;

    /// <param name="options">The limits.</param>
    public SignInLimits(IOptions<AccountOptions> options)
    {
        var settings = options.Value;
        var size = new MemoryCacheOptions { SizeLimit = settings.MaxRememberedSignIns };
        (_remember, _signedIn, _tried) = (settings.RememberSignIn, new(size), new(size));
        _perAddress = PartitionedRateLimiter.Create<Attempt, Attempt>(settings.SignInPerAddressAndAccount.Of);
        _perAccount = PartitionedRateLimiter.Create<Attempt, string>(attempt =>
            attempt.LastSuccess is null ? settings.SignInPerAccount.Of(attempt.Account) : RateLimitPartition.GetNoLimiter(""));
    }

    /// <summary>Counts a try to sign in.</summary>
    /// <param name="account">The id of the account's document, whether there is one or not.</param>
    /// <param name="client">The address that it comes from.</param>
    /// <returns>Whether it is allowed.</returns>
    public RateLimitLease Try(string account, string client)
    {
        var attempt = new Attempt(account, client, _signedIn.Get((account, client)));
        return _perAddress.AttemptAcquire(attempt) is { IsAcquired: false } refused ? refused : _perAccount.AttemptAcquire(attempt);
    }

    /// <summary>The line in which a caller waits for a password hash. From now on the address counts as busy for a minute.</summary>
    /// <inheritdoc cref="Try"/>
    public PasswordLine LineOf(string account, string client)
    {
        if (_signedIn.TryGetValue((account, client), out _))
            return PasswordLine.Known;
        var line = _tried.TryGetValue(client, out _) ? PasswordLine.Busy : PasswordLine.New;
        _tried.Set(client, line, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Lately });
        return line;
    }

    /// <summary>Someone has signed in.</summary>
    /// <inheritdoc cref="Try"/>
    public void Succeeded(string account, string client) =>
        _signedIn.Set((account, client), new object(), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = _remember });

    /// <inheritdoc/>
    public void Dispose()
    {
        _perAddress.Dispose();
        _perAccount.Dispose();
        _signedIn.Dispose();
        _tried.Dispose();
    }

    // With each success it is another one, so tries are counted from there.
    private readonly record struct Attempt(string Account, string Client, object? LastSuccess);
}
