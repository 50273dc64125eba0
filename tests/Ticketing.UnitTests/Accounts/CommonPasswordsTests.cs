using Ticketing.Accounts;

namespace Ticketing.UnitTests.Accounts;

public sealed class CommonPasswordsTests
{
    [Theory]
    [InlineData("password")]
    [InlineData("12345678")]
    [InlineData("QwertyUiop")]
    [InlineData("Password1")]
    [InlineData("ILOVEYOU")]
    public void Passwords_that_guessers_try_first_are_known_in_upper_and_lower_case(string password) => Assert.True(CommonPasswords.Contain(password));

    [Theory]
    [InlineData("correct horse")]
    [InlineData("passwordpassword9")]
    [InlineData("")]
    public void Others_are_not(string password) => Assert.False(CommonPasswords.Contain(password));
}
