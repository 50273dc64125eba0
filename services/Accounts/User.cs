using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Ticketing.Documents;

namespace Ticketing.Accounts;

/// <summary>Someone who signed up, with the sessions that they have signed in to. One address is one user, whatever the case of its letters.</summary>
/// <param name="Id">Names the user everywhere else.</param>
/// <param name="Email">The address, normalised; empty once the account is deleted.</param>
/// <param name="PasswordHash">ASP.NET Core Identity's format, which names its algorithm and salt.</param>
/// <param name="SignUpKey">A digest of the idempotency key of the sign-up, if it had one.</param>
public sealed partial record User(
    string Id, string Email, string PasswordHash, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? SignUpKey = null)
{
    /// <summary>Users are found by their address only; those that a mail is due to, and those whose deletion is told again, by the time.</summary>
    public static DocumentType<User> Documents { get; } = new(
        "users", AccountsJson.Default.User,
        new DocumentIndex<User>("mail_due", user => user.Mails.IsEmpty ? null : IndexQuery.Key(user.Mails.Min(mail => mail.DueAt))),
        new DocumentIndex<User>("deletion_due", user => user.TellDeletionAt is { } at ? IndexQuery.Key(at) : null));

    /// <summary>How often the account was told. Accounts of before have 0 until their sessions end or they are told at last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Version { get; init; }

    /// <summary>Whether the address was told. It was not always.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsAddressTold { get; init; }

    /// <summary>The sessions that are good belong to this epoch. To end them all, the next one begins.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SessionEpoch { get; init; }

    /// <summary>The sessions that can be refreshed.</summary>
    public ImmutableArray<Session> Sessions { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The sessions of this epoch that have ended before tokens and cookies of them were out of date.</summary>
    public ImmutableArray<EndedSession> EndedSessions { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Whether the account is deleted. Then this says nothing about the person any more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsDeleted { get; init; }

    /// <summary>When the deletion is told once more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? TellDeletionAt { get; init; }

    /// <summary>What is kept of an idempotency key: whoever knew the key itself could try passwords with it.</summary>
    public static string? DigestOf(string? key) => key is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>
    /// The id of the document of an address, as it was given. It is a digest, since the document stays when its account is deleted.
    /// </summary>
    public static string DocumentId(string email) => DigestOf(AddressWithoutCase(email))!;

    /// <summary>The ids that it had before: the address itself, and before addresses were normalised another form of those that are not ASCII.</summary>
    public static IEnumerable<string> FormerDocumentIds(string email) =>
        new[] { AddressWithoutCase(email), email.Trim().ToLowerInvariant() }.Distinct();

    private static string AddressWithoutCase(string email) =>
        EmailAddress.Normalize(email) is { } normalized ? EmailAddress.WithoutCase(normalized) : email.Trim().ToLowerInvariant();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(User))]
internal sealed partial class AccountsJson : JsonSerializerContext;
