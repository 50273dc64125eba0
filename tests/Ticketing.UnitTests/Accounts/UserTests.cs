using Ticketing.Accounts;
using Ticketing.Contracts;
using Ticketing.Messaging;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Accounts;

/// <summary>How sessions begin, go on and end.</summary>
public sealed class UserTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    // Whose address was told.
    private static readonly User Ann = new("u", "ann@example.com", "hash") { Version = 1, IsAddressTold = true };

    [Fact]
    public void Who_is_given_a_role_keeps_the_sessions_and_who_loses_one_does_not() => Given(SignedIn())
        .When(user => User.GiveRoles(user, ["seller", "operator", "seller"])).Then()
        .With(user => Assert.Equal(["operator", "seller"], user.Roles))
        .With(user => Assert.Single(user.Sessions))
        .When(user => User.GiveRoles(user, ["seller", "operator"])).ThenNothing()
        .When(user => User.GiveRoles(user, ["seller"])).Then(Ended(2, 1))
        .With(user => Assert.Equal(["seller"], user.Roles))
        .With(user => Assert.Empty(user.Sessions));

    [Fact]
    public void Nobody_has_a_role_who_is_not_there() => Given(Ann)
        .When(user => User.Delete(user, "hash", Some.Noon))
        .When(user => User.GiveRoles(user, ["seller"])).ThenRefused(RefusalKind.NotFound);

    [Fact]
    public void Who_signs_in_has_a_session_of_which_nobody_is_told() => Given(Ann)
        .When(user => User.SignIn(user, "s", Some.Noon, Lifetime)).Then()
        .With(user => Assert.Equal([new Session("s", 1, Some.Noon, Some.Noon + Lifetime)], user.Sessions))
        .When(user => User.SignIn(user, "s", Some.Noon, Lifetime)).ThenNothing();

    [Fact]
    public void Sessions_that_are_out_of_date_are_forgotten() => Given(Ann)
        .When(user => User.SignIn(user, "s", Some.Noon, Lifetime))
        .When(user => User.SignIn(user, "t", Some.Noon + Lifetime, Lifetime)).Then()
        .With(user => Assert.Equal(["t"], user.Sessions.Select(session => session.Id)));

    [Fact]
    public void The_fifty_first_session_ends_the_one_that_was_not_refreshed_for_the_longest_time()
    {
        var scenario = Given(Ann);
        for (var i = 0; i < 50; i++)
            scenario = scenario.When(user => User.SignIn(user, $"s{i}", Some.Noon.AddMinutes(i), Lifetime)).Then();
        scenario.When(user => User.Refresh(user, "u", "s0", 1, Some.Noon.AddHours(1), Lifetime))
            .When(user => User.SignIn(user, "more", Some.Noon.AddHours(2), Lifetime)).Then(Ended(2, 0, "s1"))
            .With(user => Assert.Equal(50, user.Sessions.Length));
    }

    [Fact]
    public void A_refresh_token_is_good_once_and_for_a_moment_again() => Given(SignedIn())
        .When(user => User.Refresh(user, "u", "s", 1, Some.Noon.AddDays(1), Lifetime)).Then()
        .With(user => Assert.Equal([new Session("s", 2, Some.Noon.AddDays(1), Some.Noon.AddDays(1) + Lifetime)], user.Sessions))
        .When(user => User.Refresh(user, "u", "s", 1, Some.Noon.AddDays(1).AddSeconds(29), Lifetime)).ThenNothing()
        .When(user => User.Refresh(user, "u", "s", 2, Some.Noon.AddDays(2), Lifetime)).Then()
        .With(user => Assert.Equal(3, user.SessionOf("s")!.RefreshNumber));

    [Theory]
    [InlineData(1, 30)]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    public void A_refresh_token_that_is_used_again_ends_its_session(int number, int seconds) => Given(SignedIn())
        .When(user => User.Refresh(user, "u", "s", 1, Some.Noon, Lifetime))
        .When(user => User.Refresh(user, "u", "s", number, Some.Noon.AddSeconds(seconds), Lifetime)).Then(Ended(2, 0, "s"))
        .With(user => Assert.Empty(user.Sessions))
        .When(user => User.Refresh(user, "u", "s", 2, Some.Noon.AddMinutes(1), Lifetime)).ThenRefused(RefusalKind.NotFound);

    [Fact]
    public void What_is_out_of_date_or_another_users_is_not_refreshed() => Given(SignedIn())
        .When(user => User.Refresh(user, "u", "s", 1, Some.Noon + Lifetime, Lifetime)).ThenRefused(RefusalKind.NotFound)
        .When(user => User.Refresh(user, "somebody else", "s", 1, Some.Noon, Lifetime)).ThenRefused(RefusalKind.NotFound)
        .When(user => User.Refresh(user, "u", "t", 1, Some.Noon, Lifetime)).ThenRefused(RefusalKind.NotFound);

    [Fact]
    public void Nobody_signs_in_or_refreshes_who_is_not_there() => GivenNo<User>()
        .When(user => User.SignIn(user, "s", Some.Noon, Lifetime)).ThenRefused(RefusalKind.NotFound)
        .When(user => User.Refresh(user, "u", "s", 1, Some.Noon, Lifetime)).ThenRefused(RefusalKind.NotFound)
        .When(user => User.SignOut(user, "u", "s", Some.Noon)).ThenNothing()
        .When(user => User.SignOutEverywhere(user, "u")).ThenNothing()
        .When(user => User.Delete(user, "hash", Some.Noon)).ThenNothing();

    [Fact]
    public void Who_signs_out_ends_that_session_once() => Given(SignedIn("s", "t"))
        .When(user => User.SignOut(user, "somebody else", "s", Some.Noon)).ThenNothing()
        .When(user => User.SignOut(user, "u", "s", Some.Noon)).Then(Ended(2, 0, "s"))
        .With(user => Assert.Equal(["t"], user.Sessions.Select(session => session.Id)))
        .When(user => User.SignOut(user, "u", "s", Some.Noon)).ThenNothing();

    [Fact]
    public void An_ended_session_is_told_of_as_long_as_a_cookie_lasts() => Given(SignedIn("s", "t", "v"))
        .When(user => User.SignOut(user, "u", "s", Some.Noon))
        .When(user => User.SignOut(user, "u", "t", Some.Noon.AddMinutes(59))).Then(Ended(3, 0, "s", "t"))
        .When(user => User.SignOut(user, "u", "v", Some.Noon.AddMinutes(60))).Then(Ended(4, 0, "t", "v"));

    [Fact]
    public void Who_ends_very_many_sessions_in_an_hour_ends_them_all()
    {
        var scenario = Given(SignedIn("kept"));
        for (var i = 0; i < 201; i++)
            scenario = scenario.When(user => User.SignIn(user, $"s{i}", Some.Noon, Lifetime)).When(user => User.SignOut(user, "u", $"s{i}", Some.Noon));
        scenario.Then(Ended(202, 1)).With(user => Assert.Empty(user.Sessions));
    }

    [Fact]
    public void Who_signs_out_everywhere_ends_every_session() => Given(SignedIn("s", "t"))
        .When(user => User.SignOut(user, "u", "s", Some.Noon))
        .When(user => User.SignOutEverywhere(user, "somebody else")).ThenNothing()
        .When(user => User.SignOutEverywhere(user, "u")).Then(Ended(3, 1))
        .With(user => Assert.Empty(user.Sessions))
        .When(user => User.SignIn(user, "new", Some.Noon, Lifetime)).Then()
        .With(user => Assert.Equal(1, user.SessionEpoch));

    [Fact]
    public void Another_password_ends_every_session_unless_it_is_another_already() => Given(SignedIn("s", "t"))
        .When(user => User.ChangePassword(user, "hash", "other")).Then(Ended(2, 1))
        .With(user => Assert.Equal(("other", 0), (user.PasswordHash, user.Sessions.Length)))
        .When(user => User.ChangePassword(user, "hash", "third")).ThenRefused(RefusalKind.Conflict);

    [Fact]
    public void A_password_that_was_checked_before_it_was_changed_begins_no_session() => Given(Ann)
        .When(user => User.SignIn(user, "hash", "s", Some.Noon, Lifetime)).Then()
        .When(user => User.ChangePassword(user, "hash", "other"))
        .When(user => User.SignIn(user, "hash", "t", Some.Noon, Lifetime)).ThenRefused(RefusalKind.NotFound)
        .When(user => User.SignIn(user, "other", "t", Some.Noon, Lifetime)).Then();

    private static User SignedIn(params string[] sessions) => (sessions is [] ? ["s"] : sessions)
        .Aggregate(Ann, (user, session) => User.SignIn(user, session, Some.Noon, Lifetime).State!);

    private static AccountUpdated Ended(long version, long epoch, params string[] sessions) =>
        new() { Id = "u", Version = version, Email = "ann@example.com", SessionEpoch = epoch, EndedSessions = sessions };
}
