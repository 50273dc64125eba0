using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Ticketing.Mail;

/// <summary>
/// Texts in plain files, in several languages: <c>en.txt</c> and <c>en.html</c> are one. The first has lines <c>name = word</c>, and then the texts: <c>[name]</c>, a
/// title, and lines. In both <c>{name}</c> is a value; a line that has one which is not known is left out. The other is the frame of the texts as HTML, with
/// <c>{title}</c> and <c>{text}</c>. The files are read once.
/// </summary>
public sealed partial class TextFiles
{
    private readonly string _default;
    private readonly FrozenDictionary<string, Language> _languages;

    /// <param name="folder">Where the files are.</param>
    /// <param name="defaultLanguage">The language for those that there is none of.</param>
    /// <param name="texts">The texts that each language must have.</param>
    /// <param name="words">The words that each must have.</param>
    /// <exception cref="InvalidOperationException">A file lacks something, or there is none in the default language; the message names it.</exception>
    public TextFiles(string folder, string defaultLanguage, IReadOnlyList<string> texts, IReadOnlyList<string> words)
    {
        _default = defaultLanguage;
        _languages = Directory.GetFiles(folder, "*.txt").ToFrozenDictionary(file => Path.GetFileNameWithoutExtension(file), file => Language.Read(file, texts, words));
        if (!_languages.ContainsKey(defaultLanguage))
            throw new InvalidOperationException($"There is no {defaultLanguage}.txt in {folder}.");
    }

    /// <summary>The languages that there are.</summary>
    public IReadOnlyList<string> Languages => [.. _languages.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The words of a language.</summary>
    public IReadOnlyDictionary<string, string> WordsOf(string? language) => Of(language).Words;

    /// <summary>A text with its values: the title, and the lines.</summary>
    /// <param name="language">The language.</param>
    /// <param name="name">The text.</param>
    /// <param name="valueOf">The value of a name; null if it is not known.</param>
    public (string Title, string Text) Fill(string? language, string name, Func<string, string?> valueOf)
    {
        string[] lines = [.. Of(language).Texts[name].Select(line => Fill(line, valueOf)).OfType<string>()];
        return (lines[0], string.Join('\n', lines[1..]));
    }

    /// <summary>The same as HTML. All of it is encoded, so nothing in it is markup.</summary>
    public string ToHtml(string? language, string title, string text) => Fill(Of(language).Html, name => name switch
    {
        "title" => Language.Encoder.Encode(title),
        "text" => string.Concat(text.Split('\n').Select(line => $"<p>{Language.Encoder.Encode(line)}</p>\n")),
        _ => "",
    })!;

    private Language Of(string? language) => _languages.GetValueOrDefault(language ?? _default, _languages[_default]);

    // In one pass, so that a value that looks like a name in braces stays as it is. Null if one of its values is not known.
    private static string? Fill(string text, Func<string, string?> valueOf)
    {
        var isKnown = true;
        var filled = Placeholder().Replace(text, name =>
        {
            var value = valueOf(name.Groups[1].Value);
            isKnown &= value is not null;
            return value ?? "";
        });
        return isKnown ? filled : null;
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();

    private sealed record Language(IReadOnlyDictionary<string, string> Words, IReadOnlyDictionary<string, List<string>> Texts, string Html)
    {
        // What is beyond ASCII is no markup, and stays as it is.
        public static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

        public static Language Read(string file, IReadOnlyList<string> needed, IReadOnlyList<string> neededWords)
        {
            var (words, texts, lines) = (new Dictionary<string, string>(), new Dictionary<string, List<string>>(), (List<string>?)null);
            foreach (var line in File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
                if (line is ['[', .., ']'])
                    texts[line[1..^1]] = lines = [];
                else if (lines is not null)
                    lines.Add(line);
                else if (line.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var word])
                    words[name] = word;
            var missing = needed.FirstOrDefault(name => texts.GetValueOrDefault(name) is not { Count: > 1 }) ?? neededWords.FirstOrDefault(name => !words.ContainsKey(name));
            return missing is null
                ? new(words, texts, File.ReadAllText(Path.ChangeExtension(file, "html")))
                : throw new InvalidOperationException($"{file} lacks '{missing}'.");
        }
    }
}
