using System.Security.Claims;
using Ticketing.Contracts;
using Ticketing.ServiceDefaults;

namespace Ticketing.UnitTests.Http;

/// <summary>What a service knows of sessions that have ended.</summary>
public sealed class EndedSessionsTests : IDisposable
{
    private readonly EndedSessions _ended = new(TimeProvider.System);

    public void Dispose() => _ended.Dispose();

    [Fact]
    public void A_session_has_ended_if_its_account_says_so()
    {
        Take(new AccountUpdated { Id = "u", Version = 1, SessionEpoch = 3, EndedSessions = ["s"] });

        Assert.True(_ended.Contain(Of("u", "s", 3)));
        Assert.False(_ended.Contain(Of("u", "t", 3)));
        Assert.False(_ended.Contain(Of("v", "s", 3)));
        Assert.True(_ended.Contain(Of("u", "t", 2)));
        Assert.True(_ended.Contain(new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "u")]))));
        Assert.False(_ended.Contain(new()));
    }

    [Fact]
    public void All_sessions_of_a_deleted_account_have_ended()
    {
        Take(new AccountDeleted { Id = "u", Version = 2, SessionEpoch = 1 });
        Assert.True(_ended.Contain(Of("u", "s", 99)));
    }

    [Fact]
    public void What_is_older_than_what_is_known_changes_nothing()
    {
        Take(new AccountUpdated { Id = "u", Version = 2, SessionEpoch = 1 });
        Take(new AccountUpdated { Id = "u", Version = 1, SessionEpoch = 0, EndedSessions = ["s"] });
        Assert.True(_ended.Contain(Of("u", "t", 0)));
        Assert.False(_ended.Contain(Of("u", "s", 1)));
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(66, false)]
    public void What_nothing_can_be_good_of_any_more_is_not_kept(int minutes, bool isKept)
    {
        _ended.Take(new AccountUpdated { Id = "u", Version = 1, SessionEpoch = 1 }, DateTimeOffset.UtcNow.AddMinutes(-minutes));
        Assert.Equal(isKept, _ended.Contain(Of("u", "s", 0)));
    }

    [Fact]
    public void What_must_end_with_a_session_ends_then_and_nothing_of_another_ones()
    {
        var ended = new List<string>();
        using var one = _ended.OnEnd(Of("u", "s", 3), () => ended.Add("s"));
        using var other = _ended.OnEnd(Of("u", "t", 3), () => ended.Add("t"));
        using var stranger = _ended.OnEnd(Of("v", "s", 0), () => ended.Add("v"));
        var gone = _ended.OnEnd(Of("u", "s", 3), () => ended.Add("gone"));
        gone.Dispose();

        Take(new AccountUpdated { Id = "u", Version = 1, SessionEpoch = 3, EndedSessions = ["s"] });
        Assert.Equal(["s"], ended);
        // Nobody has to hear of it to know.
        using var late = _ended.OnEnd(Of("u", "s", 3), () => ended.Add("late"));
        Assert.Equal(["s", "late"], ended);
    }

    private void Take(AccountEvent account) => _ended.Take(account, DateTimeOffset.UtcNow);

    private static ClaimsPrincipal Of(string user, string session, long epoch) => new(new ClaimsIdentity(
        [new(ClaimTypes.NameIdentifier, user), new(Sessions.SessionIdClaim, session), new(Sessions.SessionEpochClaim, $"{epoch}")]));
}
