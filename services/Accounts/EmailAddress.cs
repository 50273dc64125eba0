using System.Globalization;
using System.Text;
using Text = Ticketing.ServiceDefaults.Text;

namespace Ticketing.Accounts;

/// <summary>E-mail addresses, as far as a shop takes them: no quotes, comments or IP addresses.</summary>
public static class EmailAddress
{
    /// <summary>RFC 5321, section 4.5.3.1, and the erratum on it.</summary>
    public const int MaxLength = 254;

    private const int MaxLocalPart = 64;

    private static readonly IdnMapping Names = new() { UseStd3AsciiRules = true };

    /// <summary>The form in which an address is kept: trimmed, NFC, the domain in lower case and ASCII (RFC 5891). Null if it is no address.</summary>
    public static string? Normalize(string? given)
    {
        if (given?.Trim() is not { Length: <= MaxLength } trimmed || !Text.IsPlain(trimmed))
            return null;
        var address = Text.Normalize(trimmed);
        var at = address.LastIndexOf('@');
        if (at < 0 || !IsLocalPart(address[..at]) || NormalizeDomain(address[(at + 1)..]) is not { } domain)
            return null;
        return at + 1 + domain.Length <= MaxLength ? $"{address[..at]}@{domain}" : null;
    }

    /// <summary>The same for all addresses that differ only in the case of their letters.</summary>
    /// <param name="normalized">The result of <see cref="Normalize"/>.</param>
    public static string WithoutCase(string normalized) => Text.Normalize(normalized.ToUpperInvariant().ToLowerInvariant());

    /// <summary>Whether it could be one by the rule that older accounts were made by.</summary>
    public static bool CouldBe(string? given) =>
        given?.Trim() is { Length: <= MaxLength } text && text.IndexOf('@') is var at && at > 0 && at == text.LastIndexOf('@') && at < text.Length - 1
        && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));

    // RFC 5322, section 3.2.3 (dot-atom), with the letters of RFC 6531.
    private static bool IsLocalPart(string text) =>
        Text.Length(text) <= MaxLocalPart && text.Split('.').All(atom => atom.Length > 0 && Text.IsVisible(atom))
        && text.EnumerateRunes().All(rune => rune.IsAscii
            ? Rune.IsLetterOrDigit(rune) || "!#$%&'*+-/=?^_`{|}~.".Contains((char)rune.Value)
            : !Text.IsBlank(rune));

    private static string? NormalizeDomain(string given)
    {
        var name = ToLower(given);
        if (!IsName(name))
            return null;
        try
        {
            var ascii = Names.GetAscii(name);
            // What hides in an ASCII form must be a name, too.
            return IsName(Names.GetUnicode(ascii)) ? ascii : null;
        }
        catch (ArgumentException)
        {
            // The only way in which IdnMapping says that something is no name.
            return null;
        }
    }

    private static bool IsName(string text) => text == ToLower(text) && !text.EndsWith('.') && text.EnumerateRunes().All(rune =>
        rune.Value is '.' or '-' || (!Text.IsBlank(rune) && (Rune.IsLetterOrDigit(rune)
            || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)));

    private static string ToLower(string name) => Text.Normalize(name.ToLowerInvariant());
}
