using Ticketing.Accounts;
using Ticketing.Contracts;
using Ticketing.Messaging;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Accounts;

/// <summary>Mails with a token, and what the token is good for.</summary>
public sealed class UserMailTests
{
    private static readonly User Ann = new("u", "ann@example.com", "hash") { Version = 1, IsAddressTold = true };

    [Theory]
    [InlineData(MailKind.PasswordReset)]
    [InlineData(MailKind.EmailVerification)]
    public void A_mail_that_is_asked_for_is_due_at_once_and_there_is_one_in_a_minute(MailKind kind) => Given(Ann)
        .When(user => User.AskForMail(user, kind, "m", Some.Noon)).Then()
        .With(user => Assert.Equal([new DueMail("m", kind, Some.Noon, Some.Noon, 0)], user.Mails))
        .When(user => User.AskForMail(user, kind, "n", Some.Noon.AddHours(1))).ThenNothing()
        .When(user => User.ClaimMail(user, "m", "token", Some.Noon)).When(user => User.MailSent(user, "m")).Then()
        .With(user => Assert.Empty(user.Mails))
        .When(user => User.AskForMail(user, kind, "n", Some.Noon.AddSeconds(59))).ThenNothing()
        .When(user => User.AskForMail(user, kind, "n", Some.Noon.AddSeconds(60))).Then()
        .With(user => Assert.Equal("n", Assert.Single(user.Mails).Id));

    [Fact]
    public void Nobody_gets_a_mail_who_is_not_there_or_has_no_need_of_it()
    {
        GivenNo<User>().When(user => User.AskForMail(user, MailKind.PasswordReset, "m", Some.Noon)).ThenNothing();
        Given(Ann with { IsDeleted = true }).When(user => User.AskForMail(user, MailKind.PasswordReset, "m", Some.Noon)).ThenNothing();
        Given(Ann with { IsEmailVerified = true }).When(user => User.AskForMail(user, MailKind.EmailVerification, "m", Some.Noon)).ThenNothing();
    }

    [Fact]
    public void A_mail_that_could_not_be_sent_is_tried_again_later_and_later_with_another_token()
    {
        var scenario = Given(Ann).When(user => User.AskForMail(user, MailKind.EmailVerification, "m", Some.Noon));
        var (at, pauses) = (Some.Noon, new List<double>());
        for (var i = 0; i < 8; i++)
        {
            scenario = scenario.When(user => User.ClaimMail(user, "m", $"t{i}", at)).Then()
                // Another instance looks at the same moment.
                .When(user => User.ClaimMail(user, "m", "other", at)).ThenNothing();
            var due = Assert.Single(scenario.State!.Mails).DueAt;
            pauses.Add((due - at).TotalSeconds);
            at = due;
        }
        Assert.Equal([30, 60, 120, 240, 480, 900, 900, 900], pauses);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"t{i}"), scenario.State!.Tokens.Select(token => token.Hash));
    }

    [Theory]
    [InlineData(MailKind.PasswordReset, 30)]
    [InlineData(MailKind.EmailVerification, 24 * 60)]
    public void A_mail_whose_token_would_be_of_no_use_is_given_up(MailKind kind, int minutes) => Given(Ann)
        .When(user => User.AskForMail(user, kind, "m", Some.Noon))
        .When(user => User.ClaimMail(user, "m", "token", Some.Noon.AddMinutes(minutes))).Then()
        .With(user => Assert.Empty(user.Mails)).With(user => Assert.Empty(user.Tokens));

    [Fact]
    public void Another_password_is_chosen_once_and_ends_all_sessions() => Given(Mailed(MailKind.PasswordReset))
        .When(user => User.SignIn(user, "s", Some.Noon, TimeSpan.FromDays(1)))
        .When(user => User.ResetPassword(user, "no such token", "other", Some.Noon)).ThenRefused(RefusalKind.Invalid)
        .When(user => User.VerifyEmail(user, "token", Some.Noon)).ThenRefused(RefusalKind.Invalid)
        .When(user => User.ResetPassword(user, "token", "other", Some.Noon.AddMinutes(30))).ThenRefused(RefusalKind.Invalid)
        .When(user => User.ResetPassword(user, "token", "other", Some.Noon.AddMinutes(29))).Then(Verified(epoch: 1))
        .With(user => Assert.Equal(("other", 0, 0, true), (user.PasswordHash, user.Sessions.Length, user.Tokens.Length, user.IsEmailVerified)))
        .When(user => User.ResetPassword(user, "token", "third", Some.Noon.AddMinutes(29))).ThenRefused(RefusalKind.Invalid);

    [Fact]
    public void An_address_is_verified_once() => Given(Mailed(MailKind.EmailVerification))
        .When(user => User.VerifyEmail(user, "token", Some.Noon.AddDays(1))).ThenRefused(RefusalKind.Invalid)
        .When(user => User.ResetPassword(user, "token", "other", Some.Noon)).ThenRefused(RefusalKind.Invalid)
        .When(user => User.VerifyEmail(user, "token", Some.Noon.AddHours(23))).Then(Verified())
        .With(user => Assert.Equal((true, 0, 0), (user.IsEmailVerified, user.Tokens.Length, user.Mails.Length)))
        .When(user => User.VerifyEmail(user, "token", Some.Noon)).ThenRefused(RefusalKind.Invalid);

    [Fact]
    public void A_token_says_which_document_it_is_of()
    {
        var token = UserToken.New("ann@example.com");
        Assert.Equal("ann@example.com", UserToken.DocumentOf(token));
        Assert.NotEqual(token, UserToken.New("ann@example.com"));
        Assert.Matches("^[A-Za-z0-9_.-]+$", token);
        Assert.All((string[])["", ".", "x", ".x", "?.x", "a.x"], odd => Assert.True(string.IsNullOrEmpty(UserToken.DocumentOf(odd)), odd));
    }

    [Fact]
    public void The_mail_that_is_due_first_says_when_the_document_is()
    {
        var key = User.Documents.Indexes.Single(index => index.Name == "mail_due").Key;
        Assert.Null(key(Ann));
        var user = User.AskForMail(User.AskForMail(Ann, MailKind.PasswordReset, "m", Some.Noon.AddHours(1)).State, MailKind.EmailVerification, "n", Some.Noon).State!;
        Assert.Equal(Ticketing.Documents.IndexQuery.Key(Some.Noon), key(user));
    }

    private static AccountUpdated Verified(long epoch = 0) => new() { Id = "u", Version = 2, Email = "ann@example.com", EmailVerified = true, SessionEpoch = epoch };

    private static User Mailed(MailKind kind) => User.ClaimMail(User.AskForMail(Ann, kind, "m", Some.Noon).State, "m", "token", Some.Noon).State!;
}
