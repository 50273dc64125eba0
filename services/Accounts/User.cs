using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Ticketing.Documents;

namespace Ticketing.Accounts;

/// <summary>Someone who signed up. The document's id is the address without regard to case, so that one address is one user.</summary>
/// <param name="Id">Names the user everywhere else.</param>
/// <param name="Email">The address, normalised.</param>
/// <param name="PasswordHash">ASP.NET Core Identity's format, which names its algorithm and salt.</param>
/// <param name="SignUpKey">A digest of the idempotency key of the sign-up, if it had one.</param>
public sealed record User(
    string Id, string Email, string PasswordHash, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? SignUpKey = null)
{
    /// <summary>Users are found by their address only.</summary>
    public static DocumentType<User> Documents { get; } = new("users", AccountsJson.Default.User);

    /// <summary>What is kept of an idempotency key: whoever knew the key itself could try passwords with it.</summary>
    public static string? DigestOf(string? key) => key is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>The id of the document of an address, as it was given.</summary>
    public static string DocumentId(string email) =>
        EmailAddress.Normalize(email) is { } normalized ? EmailAddress.WithoutCase(normalized) : FormerDocumentId(email);

    /// <summary>The id that it had before addresses were normalised. Only addresses that are not ASCII have another one now.</summary>
    public static string FormerDocumentId(string email) => email.Trim().ToLowerInvariant();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(User))]
internal sealed partial class AccountsJson : JsonSerializerContext;
