using Ticketing.Accounts;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Messaging;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Accounts;

/// <summary>How accounts begin and end, and what is told of them.</summary>
public sealed class UserAccountTests
{
    private const string Address = "ann@example.com";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private static readonly User Ann = new("u", Address, "hash");

    private static readonly AccountCreated Created = new() { Id = "u", Version = 1, Email = Address };

    [Fact]
    public void Who_signs_up_has_a_session_and_the_address_is_told_with_it() => Given(SignedUp()).With(user =>
    {
        Assert.Equal([new Session("s", 1, Some.Noon, Some.Noon + Lifetime)], user.Sessions);
        Assert.Equivalent(new[] { Created }, user.Tell(), strict: true);
    });

    [Fact]
    public void Who_must_verify_the_address_first_has_a_mail_due_and_no_session_and_is_told_again_when_it_is_done() => GivenNo<User>()
        .When(user => User.SignUp(user, Ann, mustVerify: true, "m", Some.Noon, Lifetime)).Then(Created)
        .With(user => Assert.Equal(("m", 0), (Assert.Single(user.Mails).Id, user.Sessions.Length)))
        .When(user => User.ClaimMail(user, "m", "token", Some.Noon)).Then()
        .When(user => User.VerifyEmail(user, "token", Some.Noon)).Then(Updated(2, isVerified: true))
        .When(user => User.SignIn(user, "s", Some.Noon, Lifetime)).Then();

    [Fact]
    public void An_address_signs_up_once_and_again_when_its_account_is_deleted() => Given(SignedUp())
        .When(user => User.SignUp(user, Ann with { Id = "v" }, mustVerify: false, "t", Some.Noon, Lifetime)).ThenNothing()
        .When(user => User.SignUp(user, Ann with { Id = "v" }, mustVerify: true, "t", Some.Noon, Lifetime)).ThenNothing()
        .When(user => User.Delete(user, "hash", Some.Noon)).Then(new AccountDeleted { Id = "u", Version = 2, SessionEpoch = 1 })
        .When(user => User.SignUp(user, Ann with { Id = "v" }, mustVerify: false, "t", Some.Noon, Lifetime)).Then(Created with { Id = "v" });

    [Fact]
    public void Who_signed_up_before_accounts_were_told_is_told_at_the_next_sign_in() => Given(Ann)
        .With(user => Assert.Empty(user.Tell()))
        .When(user => User.SignIn(user, "s", Some.Noon, Lifetime)).Then(Created)
        .When(user => User.SignIn(user, "t", Some.Noon, Lifetime)).Then()
        .When(user => User.Refresh(user, "u", "s", 1, Some.Noon, Lifetime)).Then()
        .With(user => Assert.Equal(1, user.Version));

    [Fact]
    public void Or_at_the_next_refresh() => Given(Ann with { Sessions = [new("s", 1, Some.Noon, Some.Noon + Lifetime)] })
        .When(user => User.Refresh(user, "u", "s", 1, Some.Noon, Lifetime)).Then(Created)
        .When(user => User.Refresh(user, "u", "s", 2, Some.Noon, Lifetime)).Then();

    [Fact]
    public void Of_whom_only_ended_sessions_were_told_the_address_is_told_with_the_next_version() =>
        Given(Ann with { Version = 4, SessionEpoch = 1, IsEmailVerified = true })
            .When(user => User.SignIn(user, "s", Some.Noon, Lifetime)).Then(Updated(5, epoch: 1, isVerified: true))
            .When(user => User.SignIn(user, "t", Some.Noon, Lifetime)).Then();

    // They know no account.created, and would go on accepting the session.
    [Fact]
    public void Sessions_that_end_are_told_as_instances_of_before_understand_it_also_the_first_time() =>
        Given(Ann with { Sessions = [new("s", 1, Some.Noon, Some.Noon + Lifetime)] })
            .When(user => User.SignOut(user, "u", "s", Some.Noon)).Then(Updated(1, ended: ["s"]))
            .With(user => Assert.IsType<AccountUpdated>(Assert.Single(user.Tell())))
            .When(user => User.SignOutEverywhere(user, "u")).Then(Updated(2, epoch: 1));

    [Fact]
    public void An_account_of_before_that_is_verified_is_told_with_its_first_version() =>
        Given(Ann with { Tokens = [new(MailKind.EmailVerification, "token", Some.Noon, Some.Noon.AddDays(1))] })
            .When(user => User.VerifyEmail(user, "token", Some.Noon)).Then(Created with { EmailVerified = true });

    [Fact]
    public void Of_a_deleted_account_nothing_is_kept_or_told_about_the_person() => Given(SignedUp() with { SignUpKey = "key", IsEmailVerified = true, Roles = ["seller"] })
        .When(user => User.Delete(user, "not the hash", Some.Noon)).ThenRefused(RefusalKind.Conflict)
        .When(user => User.Delete(user, "hash", Some.Noon)).Then(new AccountDeleted { Id = "u", Version = 2, SessionEpoch = 1 })
        .With(user => Assert.Equivalent(
            new User("u", "", "") { Version = 2, SessionEpoch = 1, IsDeleted = true, TellDeletionAt = user.TellDeletionAt }, user, strict: true))
        .When(user => User.Delete(user, "hash", Some.Noon)).ThenNothing()
        .When(user => User.SignIn(user, "s", Some.Noon, Lifetime)).ThenRefused(RefusalKind.NotFound)
        .When(user => User.SignOutEverywhere(user, "u")).ThenNothing();

    [Fact]
    public void A_deletion_is_told_once_more_when_the_log_may_be_cleaned_of_the_address()
    {
        var deletion = new AccountDeleted { Id = "u", Version = 2, SessionEpoch = 1 };
        var due = User.Documents.Indexes.Single(index => index.Name == "deletion_due").Key;
        Assert.Null(due(SignedUp()));
        Given(SignedUp()).When(user => User.Delete(user, "hash", Some.Noon))
            .With(user => Assert.True(user.TellDeletionAt > Some.Noon + CompactedTopics.Lag))
            .With(user => Assert.Equal(IndexQuery.Key(user.TellDeletionAt!.Value), due(user)))
            .When(user => User.TellDeletionAgain(user!, Some.Noon + CompactedTopics.Lag)).ThenNothing()
            .When(user => User.TellDeletionAgain(user!, user!.TellDeletionAt!.Value)).Then(deletion)
            .With(user => Assert.Null(due(user)))
            .With(user => Assert.Equivalent(new[] { deletion }, user.Tell(), strict: true))
            .When(user => User.TellDeletionAgain(user!, Some.Noon.AddDays(1))).ThenNothing();
    }

    [Fact]
    public void What_was_told_is_told_again()
    {
        Given(SignedUp("t")).When(user => User.SignOut(user, "u", "s", Some.Noon))
            .With(user => Assert.Equivalent(new[] { Updated(2, ended: ["s"]) }, user.Tell(), strict: true));
        Given(SignedUp()).When(user => User.Delete(user, "hash", Some.Noon)).With(user => Assert.IsType<AccountDeleted>(Assert.Single(user.Tell())));
    }

    private static User SignedUp(params string[] more) => more.Aggregate(
        GivenNo<User>().When(user => User.SignUp(user, Ann, mustVerify: false, "s", Some.Noon, Lifetime)).Then(Created).State!,
        (user, session) => User.SignIn(user, session, Some.Noon, Lifetime).State!);

    private static AccountUpdated Updated(long version, long epoch = 0, bool isVerified = false, params string[] ended) =>
        new() { Id = "u", Version = version, Email = Address, EmailVerified = isVerified, SessionEpoch = epoch, EndedSessions = ended };
}
