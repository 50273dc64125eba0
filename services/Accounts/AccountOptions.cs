using Ticketing.ServiceDefaults;

namespace Ticketing.Accounts;

/// <summary>Settings under <c>Accounts:</c>.</summary>
public sealed class AccountOptions
{
    /// <summary>How long an access token is good. Then a refresh token gets the next one.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long after it was last refreshed a session can be refreshed.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Whether an address must be verified before its user can sign in. By default so, except in development.</summary>
    public bool RequireVerifiedEmail { get; set; }

    /// <summary>Whether everyone may put tickets on sale. Otherwise only those to whom an operator has given the role.</summary>
    public bool OpenSelling { get; set; } = true;

    /// <summary>How often someone may ask for a mail from one address.</summary>
    public RateLimit MailPerAddress { get; set; } = new() { Burst = 10, Period = TimeSpan.FromSeconds(30) };

    /// <summary>How often someone may sign up from one address.</summary>
    public RateLimit SignUpPerAddress { get; set; } = new() { Burst = 20, Period = TimeSpan.FromSeconds(3) };

    /// <summary>How often someone may try to sign in from one address, to whichever accounts.</summary>
    public RateLimit SignInPerAddress { get; set; } = new() { Burst = 20, Period = TimeSpan.FromSeconds(1) };

    /// <summary>How often someone may try to sign in to one account from one address. Who succeeds has all tries again.</summary>
    public RateLimit SignInPerAddressAndAccount { get; set; } = new() { Burst = 5, Period = TimeSpan.FromSeconds(10) };

    /// <summary>How often someone may try to sign in to one account from all addresses from which nobody has signed in to it lately.</summary>
    public RateLimit SignInPerAccount { get; set; } = new() { Burst = 100, Period = TimeSpan.FromSeconds(5) };

    /// <summary>How long it is known that someone has signed in to an account from an address.</summary>
    public TimeSpan RememberSignIn { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Of how many accounts and addresses that is known at most.</summary>
    public int MaxRememberedSignIns { get; set; } = 100_000;
}

/// <summary>Settings under <c>Passwords:</c>, besides those of ASP.NET Core Identity's hasher.</summary>
public sealed class HashingOptions
{
    /// <summary>How many calls may wait for their turn to hash a password. Each processor hashes one at a time.</summary>
    public int MaxWaiting { get; set; } = 10 * Environment.ProcessorCount;
}
