using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Ticketing.Accounts;

namespace Ticketing.UnitTests.Accounts;

public sealed class SignInLimitsTests : IDisposable
{
    // So long that nothing is allowed again while a test runs.
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly SignInLimits _limits = new(Options.Create(new AccountOptions
    {
        SignInPerAddressAndAccount = new() { Burst = 3, Period = Hour },
        SignInPerAccount = new() { Burst = 10, Period = Hour },
    }));

    public void Dispose() => _limits.Dispose();

    [Fact]
    public void From_one_address_a_few_tries_are_allowed_and_others_are_not_concerned()
    {
        Assert.Equal(3, Tries("ann", "there", 1000));
        Assert.Equal(3, Tries("ann", "elsewhere", 1000));
        Assert.Equal(3, Tries("bob", "there", 1000));
    }

    [Fact]
    public void A_refused_try_says_when_the_next_one_is_allowed()
    {
        Tries("ann", "there", 3);
        using var refused = _limits.Try("ann", "there");
        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out var time));
        Assert.Equal(Hour, time);
    }

    [Fact]
    public void Who_succeeds_has_all_tries_again()
    {
        Tries("ann", "there", 2);
        _limits.Succeeded("ann", "there");
        Assert.Equal(3, Tries("ann", "there", 1000));
        _limits.Succeeded("ann", "there");
        Assert.Equal(3, Tries("ann", "there", 1000));
    }

    [Fact]
    public void From_all_addresses_together_more_are_allowed_but_not_many() => Assert.Equal(10, Enumerable.Range(0, 1000).Sum(i => Tries("ann", $"{i}", 1)));

    [Fact]
    public void Strangers_do_not_keep_out_who_has_signed_in_from_the_same_address_before()
    {
        _limits.Succeeded("ann", "home");
        Assert.Equal(10, Enumerable.Range(0, 1000).Sum(i => Tries("ann", $"{i}", 1)));

        Assert.Equal(0, Tries("ann", "new home", 1));
        Assert.Equal(3, Tries("ann", "home", 1000));
        // Whoever else is there, and signs in to an account of its own, guesses no more than other strangers.
        _limits.Succeeded("bob", "new home");
        Assert.Equal(0, Tries("ann", "new home", 1));
    }

    [Fact]
    public void No_more_are_remembered_than_there_is_room_for()
    {
        using var limits = new SignInLimits(Options.Create(new AccountOptions
        {
            SignInPerAccount = new() { Burst = 1, Period = Hour },
            MaxRememberedSignIns = 10,
        }));
        for (var i = 0; i < 1000; i++)
            limits.Succeeded($"{i}", "home");
        // One try for each from anywhere; a second one for those that are remembered.
        Assert.InRange(Enumerable.Range(0, 1000).Count(i => limits.Try($"{i}", "x").IsAcquired && limits.Try($"{i}", "home").IsAcquired), 1, 10);
    }

    [Fact]
    public void Whoever_has_tried_from_an_address_waits_behind_those_who_have_not()
    {
        Assert.Equal(PasswordLine.New, _limits.LineOf("ann", "there"));
        Assert.Equal(PasswordLine.Busy, _limits.LineOf("ann", "there"));
        Assert.Equal(PasswordLine.Busy, _limits.LineOf("bob", "there"));
        Assert.Equal(PasswordLine.New, _limits.LineOf("ann", "elsewhere"));
    }

    [Fact]
    public void Whoever_has_signed_in_from_an_address_waits_for_no_stranger()
    {
        _limits.LineOf("ann", "home");
        _limits.Succeeded("ann", "home");
        Assert.Equal(PasswordLine.Known, _limits.LineOf("ann", "home"));
        Assert.Equal(PasswordLine.Busy, _limits.LineOf("bob", "home"));
        Assert.Equal(PasswordLine.New, _limits.LineOf("ann", "elsewhere"));
    }

    /// <summary>How many of so many tries are allowed.</summary>
    private int Tries(string account, string client, int count) => Enumerable.Range(0, count).Count(_ => _limits.Try(account, client).IsAcquired);
}
