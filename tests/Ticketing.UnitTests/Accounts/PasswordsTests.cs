using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Ticketing.Accounts;

namespace Ticketing.UnitTests.Accounts;

public sealed class PasswordsTests : IDisposable
{
    private readonly Passwords _passwords = new(new PasswordHasher<User>(), Options.Create(new HashingOptions { MaxWaiting = 2 }));

    public void Dispose() => _passwords.Dispose();

    [Fact]
    public void Only_a_users_own_password_matches()
    {
        var user = new User("u", "ann@example.com", _passwords.Hash("correct horse"));

        Assert.True(_passwords.Match(user, "correct horse"));
        Assert.False(_passwords.Match(user, "Correct horse"));
        Assert.False(_passwords.Match(user, ""));
        Assert.False(_passwords.Match(new User("u2", "bob@example.com", _passwords.Hash("battery staple")), "correct horse"));
    }

    [Fact]
    public void No_password_matches_a_user_who_is_not_there() => Assert.False(_passwords.Match(null, "correct horse"));

    [Fact]
    public void A_password_is_kept_as_a_salted_hash()
    {
        var (one, other) = (_passwords.Hash("correct horse"), _passwords.Hash("correct horse"));

        Assert.DoesNotContain("correct horse", one, StringComparison.Ordinal);
        Assert.NotEqual(one, other);
    }

    [Fact(Timeout = 30_000)]
    public async Task Hashes_take_turns_in_a_line_that_ends()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var running = await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => _passwords.TurnAsync(cancellation).AsTask()));
        Assert.All(running, turn => Assert.True(turn.IsAcquired));
        Task<RateLimitLease>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => _passwords.TurnAsync(cancellation).AsTask())];

        // There is room for two, and who came first has waited longest for nothing.
        Assert.False((await waiting[0]).IsAcquired);
        Assert.False(waiting[1].IsCompleted);
        running[0].Dispose();
        Assert.True((await waiting[2]).IsAcquired);
        Assert.False(waiting[1].IsCompleted);
        // Who gives up leaves the line.
        using var gone = new CancellationTokenSource();
        var going = _passwords.TurnAsync(gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => going);
        Assert.False(_passwords.TurnAsync(cancellation).AsTask().IsCompleted);
    }

    [Fact]
    public void One_address_is_one_user_however_it_is_spelled() =>
        Assert.Equal(User.DocumentId("ann@example.com"), User.DocumentId(" Ann@Example.COM "));
}
