using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// The key that makes repeated calls one (draft-ietf-httpapi-idempotency-key-header): a string in quotes (RFC 8941, section 3.3.3), or without them.
/// </summary>
public static partial class IdempotencyKey
{
    /// <summary>The header's name.</summary>
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 255;

    internal static string Rule { get; } = $"{Header} must be given once, and have 1 to {MaxLength} printable ASCII characters, in quotes, or without quotes and commas.";

    /// <summary>The key itself, the same in quotes and without; null if there is none.</summary>
    public static string? Of(string? header) =>
        string.IsNullOrEmpty(header) ? null : header[0] == '"' ? Escaped().Replace(header[1..^1], "$1") : header;

    /// <summary>
    /// One user's key is one document: its id follows from both, so that two calls at once meet in the store's compare-and-set and no table of keys is
    /// needed.
    /// </summary>
    public static string DocumentId(string userId, string key) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}\n{key}")).AsSpan(0, 16)).ToString();

    internal static bool IsWellFormed(StringValues header) =>
        header.Count == 0 || (header.Count == 1 && WellFormed().IsMatch(header[0]!) && Of(header[0]) is { Length: > 0 and <= MaxLength });

    [GeneratedRegex("""^(?:[ !#-+\x2d-~]+|"(?:[ !#-\[\]-~]|\\["\\])+")\z""")]
    private static partial Regex WellFormed();

    [GeneratedRegex("""\\(.)""")]
    private static partial Regex Escaped();
}
