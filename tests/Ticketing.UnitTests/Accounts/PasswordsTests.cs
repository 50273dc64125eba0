using System.Diagnostics;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Ticketing.Accounts;

namespace Ticketing.UnitTests.Accounts;

public sealed class PasswordsTests : IDisposable
{
    private readonly Passwords _passwords = new(new PasswordHasher<User>(), Options.Create(new HashingOptions { MaxWaiting = 2 }), TimeProvider.System);

    public void Dispose() => _passwords.Dispose();

    [Fact]
    public async Task Only_a_users_own_password_matches()
    {
        var user = new User("u", "ann@example.com", await _passwords.HashAsync("correct horse"));

        Assert.True(await _passwords.MatchesAsync(user, "correct horse"));
        Assert.False(await _passwords.MatchesAsync(user, "Correct horse"));
        Assert.False(await _passwords.MatchesAsync(user, ""));
        Assert.False(await _passwords.MatchesAsync(new User("u2", "bob@example.com", await _passwords.HashAsync("battery staple")), "correct horse"));
    }

    [Fact]
    public async Task To_try_a_password_of_nobody_takes_as_long_as_of_somebody()
    {
        var started = Stopwatch.GetTimestamp();

        await _passwords.PretendAsync(TestContext.Current.CancellationToken);

        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(2));
    }

    [Fact]
    public async Task A_password_is_kept_as_a_salted_hash()
    {
        var (one, other) = (await _passwords.HashAsync("correct horse"), await _passwords.HashAsync("correct horse"));

        Assert.DoesNotContain("correct horse", one, StringComparison.Ordinal);
        Assert.NotEqual(one, other);
    }

    [Fact(Timeout = 30_000)]
    public async Task Hashes_take_turns_in_lines_that_end()
    {
        var running = await Task.WhenAll(Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount / 2)).Select(_ => TurnAsync()));
        Assert.All(running, turn => Assert.True(turn.IsAcquired));
        Task<RateLimitLease>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => TurnAsync())];

        // There is room for two, and who came first has waited longest for nothing.
        Assert.False((await waiting[0]).IsAcquired);
        Assert.False(waiting[1].IsCompleted);
        // The other lines are as before.
        foreach (var line in (PasswordLine[])[PasswordLine.New, PasswordLine.Known])
            using (var turn = await TurnAsync(line))
                Assert.True(turn.IsAcquired);
        running[0].Dispose();
        Assert.True((await waiting[2]).IsAcquired);
        Assert.False(waiting[1].IsCompleted);
        // Who gives up leaves the line.
        using var gone = new CancellationTokenSource();
        var going = _passwords.TurnAsync(PasswordLine.Busy, gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => going);
        Assert.False(TurnAsync().IsCompleted);

        Task<RateLimitLease> TurnAsync(PasswordLine line = PasswordLine.Busy) => _passwords.TurnAsync(line, TestContext.Current.CancellationToken).AsTask();
    }

    [Fact]
    public void One_address_is_one_user_however_it_is_spelled() =>
        Assert.Equal(User.DocumentId("ann@example.com"), User.DocumentId(" Ann@Example.COM "));
}
