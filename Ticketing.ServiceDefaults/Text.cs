using System.Globalization;
using System.Text;
using ADRaffy.ENSNormalize;

namespace Ticketing.ServiceDefaults;

/// <summary>Text that people write and read, the same on every machine, with ICU or without.</summary>
public static class Text
{
    // The property Default_Ignorable_Code_Point of Unicode, which .NET does not know, and the blank of Braille, which shows nothing either.
    private static readonly (int First, int Last)[] Invisible =
    [
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
        (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
        (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    /// <summary>The one form of what looks the same (NFC). The text must be well-formed.</summary>
    public static string Normalize(string text) =>
        // The most common letters are normalised as they are, and need no tables.
        text.AsSpan().ContainsAnyExceptInRange('\0', '\u02ff') ? ENSNormalize.NF.NFC(text) : text;

    /// <summary>How many characters people count (grapheme clusters).</summary>
    public static int Length(string text) => new StringInfo(text).LengthInTextElements;

    /// <summary>Whether it has no lone surrogates, control characters, line breaks, or marks and overrides of the direction of text (Bidi_Control).</summary>
    public static bool IsPlain(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != System.Buffers.OperationStatus.Done)
                return false;
            if (Rune.IsControl(rune) || rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x2028 and <= 0x202E) or (>= 0x2066 and <= 0x2069))
                return false;
            rest = rest[length..];
        }
        return true;
    }

    /// <summary>Whether a character shows nothing by itself: it is a space, or invisible.</summary>
    public static bool IsBlank(Rune rune) =>
        Rune.IsWhiteSpace(rune) || Rune.IsControl(rune) || Invisible.Any(range => range.First <= rune.Value && rune.Value <= range.Last);

    /// <summary>Whether it shows anything: a character that is not blank, and more than a mark on another.</summary>
    public static bool IsVisible(string text) => text.EnumerateRunes().Any(rune => !IsBlank(rune) && Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format));
}
