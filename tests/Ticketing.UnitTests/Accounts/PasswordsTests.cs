using Microsoft.AspNetCore.Identity;
using Ticketing.Accounts;

namespace Ticketing.UnitTests.Accounts;

public sealed class PasswordsTests : IDisposable
{
    private readonly Passwords _passwords = new(new PasswordHasher<User>());

    public void Dispose() => _passwords.Dispose();

    [Fact]
    public void Only_a_users_own_password_matches()
    {
        var user = _passwords.CreateUser("u", "Ann@example.com", "correct horse");

        Assert.True(_passwords.Match(user, "correct horse"));
        Assert.False(_passwords.Match(user, "Correct horse"));
        Assert.False(_passwords.Match(user, ""));
        Assert.False(_passwords.Match(_passwords.CreateUser("u2", "bob@example.com", "battery staple"), "correct horse"));
    }

    [Fact]
    public void No_password_matches_a_user_who_is_not_there() => Assert.False(_passwords.Match(null, "correct horse"));

    [Fact]
    public void A_password_is_kept_as_a_salted_hash()
    {
        var (one, other) = (_passwords.CreateUser("u", "a@b", "correct horse"), _passwords.CreateUser("u", "a@b", "correct horse"));

        Assert.DoesNotContain("correct horse", one.PasswordHash, StringComparison.Ordinal);
        Assert.NotEqual(one.PasswordHash, other.PasswordHash);
    }

    [Fact]
    public void One_address_is_one_user_however_it_is_spelled() =>
        Assert.Equal(User.DocumentId("ann@example.com"), User.DocumentId(" Ann@Example.COM "));
}
