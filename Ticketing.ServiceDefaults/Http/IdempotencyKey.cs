using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// The key that makes repeated calls one (draft-ietf-httpapi-idempotency-key-header): a string in quotes (RFC 8941, section 3.3.3), or without them.
/// </summary>
public static partial class IdempotencyKey
{
    /// <summary>The header's name.</summary>
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 255;
    private const string Syntax = """^(?:[ !#-+\x2d-~]+|"(?:[ !#-\[\]-~]|\\["\\])+")$""";

    /// <summary>The key itself, the same in quotes and without; null if there is none.</summary>
    public static string? Of(string? header) =>
        string.IsNullOrEmpty(header) ? null : header[0] == '"' ? Escaped().Replace(header[1..^1], "$1") : header;

    /// <summary>
    /// One user's key is one document: its id follows from both, so that two calls at once meet in the store's compare-and-set and no table of keys is
    /// needed.
    /// </summary>
    public static string DocumentId(string userId, string key) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}\n{key}")).AsSpan(0, 16)).ToString();

    [GeneratedRegex("""\\(.)""")]
    private static partial Regex Escaped();

    /// <summary>The header as a parameter of a call. One that is given twice comes with a comma, which no key has without quotes.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class WellFormedAttribute : RegularExpressionAttribute
    {
        /// <summary>A string in quotes, or without them.</summary>
        public WellFormedAttribute()
            : base(Syntax) => ErrorMessage = $"must be given once, and have 1 to {MaxLength} printable ASCII characters, in quotes, or without quotes and commas.";

        /// <inheritdoc/>
        public override bool IsValid(object? value) =>
            value is null || (value is string { Length: > 0 } header && base.IsValid(header) && Of(header) is { Length: <= MaxLength });
    }
}
