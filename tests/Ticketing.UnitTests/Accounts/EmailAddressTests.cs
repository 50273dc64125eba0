using Ticketing.Accounts;

namespace Ticketing.UnitTests.Accounts;

/// <summary>What an address is, and which two are one.</summary>
public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("ann@example.com", "ann@example.com")]
    [InlineData("  Ann@Example.COM\n", "Ann@example.com")]
    [InlineData("a.b+c_d-e'f@sub.example.co.uk", "a.b+c_d-e'f@sub.example.co.uk")]
    [InlineData("root@localhost", "root@localhost")]
    [InlineData("jose\u0301@example.com", "josé@example.com")]
    [InlineData("ann@Bücher.example", "ann@xn--bcher-kva.example")]
    [InlineData("ann@BU\u0308CHER.example", "ann@xn--bcher-kva.example")]
    [InlineData("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example")]
    [InlineData("用户@例子.测试", "用户@xn--fsqu00a.xn--0zwm56d")]
    [InlineData("आन@example.com", "आन@example.com")]
    public void An_address_has_one_form(string given, string normalized) => Assert.Equal(normalized, EmailAddress.Normalize(given));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("@example.com")]
    [InlineData("ann@")]
    [InlineData("a@b@example.com")]
    [InlineData("an n@example.com")]
    [InlineData("ann@exam ple.com")]
    [InlineData("ann\u0000@example.com")]
    [InlineData("ann@example.com\u0007x")]
    [InlineData("an\u200bn@example.com")]
    [InlineData("an\u202en@example.com")]
    [InlineData("an\u3164n@example.com")]
    [InlineData("an\u00adn@example.com")]
    [InlineData("\u0301@example.com")]
    [InlineData("ann@exam\u200bple.com")]
    [InlineData("ann@exam\u00adple.com")]
    [InlineData("ann@xn--example-i06c.de")] // A zero-width joiner.
    [InlineData("ann@xn--bcher-2pa.example")] // A capital letter.
    [InlineData("ann@xn--zzzzzz.de")]
    [InlineData("ann@ex_ample.com")]
    [InlineData("ann@-example.com")]
    [InlineData("ann@example..com")]
    [InlineData("ann@example.com.")]
    [InlineData("ann@.example.com")]
    [InlineData("ann@[127.0.0.1]")]
    [InlineData("\"ann\"@example.com")]
    [InlineData("ann<x>@example.com")]
    [InlineData(".ann@example.com")]
    [InlineData("ann.@example.com")]
    [InlineData("an..n@example.com")]
    public void What_is_none_has_none(string? given) => Assert.Null(EmailAddress.Normalize(given));

    [Theory]
    [InlineData(64, 189, true)]
    [InlineData(65, 100, false)]
    [InlineData(64, 190, false)]
    public void Its_length_is_bounded(int local, int domain, bool holds)
    {
        var name = string.Concat(Enumerable.Repeat("d.", domain / 2 - 1)) + (domain % 2 == 0 ? "dd" : "ddd");
        Assert.Equal(holds, EmailAddress.Normalize($"{new string('l', local)}@{name}") is not null);
    }

    [Theory]
    [InlineData("Ann@Example.com", "aNN@eXAMPLE.COM")]
    [InlineData("JOSE\u0301@example.com", "josé@example.com")]
    [InlineData("ΣΊΣΥΦΟΣ@example.com", "σίσυφος@example.com")]
    [InlineData("ann@bücher.example", "Ann@XN--BCHER-KVA.example")]
    public void Two_that_differ_in_case_or_form_are_one(string one, string other) => Assert.Equal(User.DocumentId(one), User.DocumentId(other));

    [Theory]
    [InlineData("Ann@Example.com", "ann@example.com")]
    [InlineData(" a.b+c@xn--bcher-kva.example ", "a.b+c@xn--bcher-kva.example")]
    [InlineData("an..n@ex_ample.com", "an..n@ex_ample.com")]
    [InlineData("Ann@B\u00dccher.example", "ann@xn--bcher-kva.example", "ann@b\u00fccher.example")]
    public void Who_signed_up_under_an_older_rule_is_found_where_they_were(string email, params string[] ids) =>
        Assert.Equal(ids, User.FormerDocumentIds(email));

    [Fact]
    public void A_document_is_not_named_after_the_address() => Assert.Matches("^[0-9a-f]{64}$", User.DocumentId("ann@example.com"));
}
