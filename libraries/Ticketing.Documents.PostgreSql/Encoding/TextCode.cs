using System.Text;

namespace Ticketing.Documents.PostgreSql.Encoding;

/// <summary>
/// Ids and keys as PostgreSQL's <c>text</c>, which has no U+0000. A stranger can put it into an id, in a path or an event, and must get the
/// answer that there is no such document; so it is stored as U+0001 U+0001, and U+0001 as U+0001 U+0002, which keeps their order.
/// </summary>
internal static class TextCode
{
    public static string Encode(string text) => !text.AsSpan().ContainsAny('\0', '\u0001')
        ? text
        : new StringBuilder(text).Replace("\u0001", "\u0001\u0002").Replace("\0", "\u0001\u0001").ToString();

    public static string Decode(string text) => !text.Contains('\u0001')
        ? text
        : new StringBuilder(text).Replace("\u0001\u0001", "\0").Replace("\u0001\u0002", "\u0001").ToString();
}
