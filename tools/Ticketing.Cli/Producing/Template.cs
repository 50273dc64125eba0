using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ticketing.Cli;

/// <summary>A line that cannot be made a record.</summary>
internal sealed class LineException(string message) : Exception(message);

/// <summary>A text in which <c>{N}</c> stands for a word of a line. Other braces stay. If the text is JSON, a word is put into it escaped.</summary>
internal sealed partial class Template
{
    // What stands before each word, and the word; the last text has none.
    private readonly List<(string Before, int? Word, bool IsQuoted)> _parts = [];
    private readonly bool _isJson;

    public Template(string text)
    {
        _isJson = IsJson(Place().Replace(text, "0"));
        var (from, isQuoted) = (0, false);
        foreach (Match place in Place().Matches(text))
        {
            var before = text[from..place.Index];
            isQuoted = IsQuotedAfter(before, isQuoted);
            _parts.Add((before, int.Parse(place.Groups[1].ValueSpan), isQuoted));
            from = place.Index + place.Length;
        }
        _parts.Add((text[from..], null, false));
    }

    public static string[] WordsOf(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <exception cref="LineException">A word is missing, or cannot stand where it has to.</exception>
    public string Fill(string[] words)
    {
        var text = new StringBuilder();
        foreach (var (before, word, isQuoted) in _parts)
        {
            text.Append(before);
            if (word is { } number)
                text.Append(WordFor(number, words, isQuoted));
        }
        return text.ToString();
    }

    private string WordFor(int number, string[] words, bool isQuoted)
    {
        if (number >= words.Length)
            throw new LineException($"it has {words.Length} {(words.Length == 1 ? "word" : "words")}: there is none for {{{number}}}");
        var word = words[number];
        if (!_isJson)
            return word;
        if (isQuoted)
            return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(word);
        return IsValidJson(word) ? word : throw new LineException($"'{word}' is not JSON: put {{{number}}} in quotes, or give a number, true, false or null");
    }

    // A number or a text alone is not meant as JSON.
    private static bool IsJson(string text) => text.TrimStart() is ['{' or '[', ..] && IsValidJson(text);

    private static bool IsValidJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsQuotedAfter(string text, bool isQuoted)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                isQuoted = !isQuoted;
        }
        return isQuoted;
    }

    [GeneratedRegex(@"\{(\d{1,3})\}")]
    private static partial Regex Place();
}
