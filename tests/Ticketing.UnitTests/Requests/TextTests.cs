using Ticketing.ServiceDefaults;
using Ticketing.Tickets;

namespace Ticketing.UnitTests.Requests;

/// <summary>
/// What people write. The tests run as the services do, without ICU, where <see cref="string.Normalize()"/> changes nothing.
/// </summary>
public sealed class TextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("Cafe\u0301", "Caf\u00e9")]
    [InlineData("\u212b", "\u00c5")] // The Angstrom sign.
    [InlineData("a\u0301\u0323", "\u1ea1\u0301")] // Marks in their order.
    [InlineData("\u1112\u1161\u11ab", "\ud55c")] // Hangul.
    [InlineData("\u0958", "\u0915\u093c")] // Never composed.
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("\ufb01", "\ufb01")] // Looks like two letters, and is not the same.
    [InlineData("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦")]
    public void Text_is_normalised(string given, string expected)
    {
        Assert.Equal(expected, Text.Normalize(given));
        Assert.Equal(expected, Text.Normalize(expected));
    }

    [Theory]
    [InlineData("😀", 1)]
    [InlineData("👩‍👩‍👧‍👦", 1)]
    [InlineData("🇩🇪🇫🇷", 2)]
    [InlineData("e\u0301", 1)]
    [InlineData("한", 1)]
    [InlineData("\r\n", 1)]
    public void Characters_are_counted_as_people_count(string text, int length) => Assert.Equal(length, Text.Length(text));

    [Theory]
    [InlineData("Concert 🎟️ \"<b>\"")]
    [InlineData("שלום")]
    [InlineData("क्षि")]
    [InlineData("👩‍👩‍👧‍👦")]
    [InlineData("x\u200by")]
    public void Text_of_any_language_is_a_title(string title) => Assert.Null(Refusal(title));

    [Theory]
    [InlineData("a\u0000b")]
    [InlineData("a\nb")]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b")]
    [InlineData("a\u200eb")]
    [InlineData("a\u200fb")]
    [InlineData("a\u061cb")]
    [InlineData("a\u202ab")]
    [InlineData("a\u202eb")]
    [InlineData("a\u2066b")]
    [InlineData("a\u2069b")]
    public void A_title_has_no_control_characters_and_none_that_change_the_direction(string title) => Assert.Equal(
        "must have no control characters, no line breaks and no characters that change the direction of text.", Refusal(title));

    [Fact]
    public void A_title_has_no_lone_surrogates()
    {
        Assert.NotNull(Refusal("a\ud800"));
        Assert.NotNull(Refusal("\udc00b"));
    }

    [Theory]
    [InlineData("   ")]
    [InlineData("\u3000\u00a0")]
    [InlineData("\u200b\u200d\u2060\ufeff")]
    [InlineData("\u00ad")]
    [InlineData("\u0301 \u0327")]
    [InlineData("\u3164")]
    [InlineData("\u115f\u1160")]
    [InlineData("\uffa0")]
    [InlineData("\u2800")]
    [InlineData("\ufe0f")]
    [InlineData("\U000E0041")]
    [InlineData("\u034f")]
    public void A_title_that_shows_nothing_is_refused(string title) =>
        Assert.Equal("must have at least one visible character.", Refusal(title));

    [Theory]
    [InlineData("x", 200)]
    [InlineData("😀", 101)]
    [InlineData("👩‍👩‍👧‍👦", 200)]
    [InlineData("e\u0301", 200)]
    public void A_title_has_up_to_200_characters(string character, int count)
    {
        var title = string.Concat(Enumerable.Repeat(character, count));
        Assert.Null(Refusal(title));
        Assert.Equal("must have 1 to 200 characters.", Refusal(title + string.Concat(Enumerable.Repeat(character, 201 - count))));
    }

    [Fact]
    public void A_character_has_no_end_of_marks() =>
        Assert.Equal("must have at most 2000 code points.", Refusal("Z" + new string('\u0335', 2000)));

    private static string? Refusal(string title) => new TextAttribute().BrokenBy(title);
}
