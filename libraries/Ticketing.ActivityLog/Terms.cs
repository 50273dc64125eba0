using System.Globalization;
using System.Text;

namespace Ticketing.ActivityLog;

/// <summary>
/// What an entry is found by, the same in every store: the words of its texts, and its other fields as <c>field=value</c>, which no word looks like.
/// </summary>
internal static class Terms
{
    /// <summary>More words of an entry are not found.</summary>
    private const int MaxWords = 500;

    /// <summary>Words are the same beyond so many characters.</summary>
    private const int MaxWordLength = 64;

    /// <summary>The terms of an entry, each once.</summary>
    public static HashSet<string> Of(ActivityEntry entry)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal) { Kind(entry.Kind) };
        if (entry.Level is { } level)
            terms.Add(Level(level));
        Add(nameof(entry.Service), entry.Service);
        Add(nameof(entry.Action), entry.Action);
        Add(nameof(entry.Actor), entry.Actor);
        Add(nameof(entry.Subject), entry.Subject);
        Add("Trace", entry.TraceId);
        var max = terms.Count + MaxWords;
        IEnumerable<string?> texts = [entry.Message, entry.Action, entry.Event, entry.Category, .. entry.Properties?.Values ?? [], entry.Exception];
        foreach (var word in texts.SelectMany(Words))
        {
            if (terms.Count == max)
                break;
            terms.Add(word);
        }
        return terms;

        void Add(string field, string? value)
        {
            if (value is not null)
                terms.Add(Field(field, value));
        }
    }

    public static string Kind(ActivityKind kind) => Field("Kind", kind.ToString());

    public static string Level(ActivityLevel level) => Field("Level", level.ToString());

    public static string Field(string field, string value) => $"{field}={value}";

    /// <summary>Runs of letters and digits in lower case.</summary>
    public static IEnumerable<string> Words(string? text)
    {
        var word = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
            {
                if (word.Length < MaxWordLength)
                    word.Append(Rune.ToLowerInvariant(rune));
                continue;
            }
            if (word.Length > 0)
                yield return word.ToString();
            word.Clear();
        }
        if (word.Length > 0)
            yield return word.ToString();
    }
}

/// <summary>Which terms must occur.</summary>
/// <param name="All">All of these.</param>
/// <param name="Any">And one of these, unless there are none.</param>
/// <param name="Prefix">And one that begins so; null if that is no matter.</param>
internal sealed record TermQuery(IReadOnlyList<string> All, IReadOnlyList<string> Any, string? Prefix)
{
    /// <summary>Whether everything matches.</summary>
    public bool IsEmpty => All.Count == 0 && Any.Count == 0 && Prefix is null;

    public static TermQuery Of(ActivityFilter filter)
    {
        var all = new List<string>();
        // What is in few entries comes first, for stores that look for one only.
        Add("Trace", filter.TraceId);
        Add(nameof(filter.Subject), filter.Subject);
        Add(nameof(filter.Actor), filter.Actor);
        var words = Terms.Words(filter.Text).ToList();
        var prefix = words.Count > 0 && filter.Text!.EndsWith('*') ? words[^1] : null;
        all.AddRange(prefix is null ? words : words[..^1]);
        Add(nameof(filter.Action), filter.Action);
        Add(nameof(filter.Service), filter.Service);
        if (filter.Kind is { } kind)
            all.Add(Terms.Kind(kind));
        string[] any = filter.Level is { } level ? [.. Enum.GetValues<ActivityLevel>().Where(one => one >= level).Select(Terms.Level)] : [];
        return new([.. all.Distinct()], any, prefix);

        void Add(string field, string? value)
        {
            if (value is not null)
                all.Add(Terms.Field(field, value));
        }
    }

    public bool Matches(HashSet<string> terms) =>
        All.All(terms.Contains) && (Any.Count == 0 || Any.Any(terms.Contains))
        && (Prefix is null || terms.Any(term => term.StartsWith(Prefix, StringComparison.Ordinal)));
}
