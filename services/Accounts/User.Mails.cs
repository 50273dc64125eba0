using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Ticketing.Messaging;

namespace Ticketing.Accounts;

// Mails with a token, by which somebody shows that the address is theirs.
public sealed partial record User
{
    // Each try to send a mail makes one.
    private const int MaxTokens = 10;

    private static readonly TimeSpan BetweenMails = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(15);

    /// <summary>Whether somebody has shown that the address is theirs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsEmailVerified { get; init; }

    /// <summary>Mails that are not sent yet.</summary>
    public ImmutableArray<DueMail> Mails { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>What was sent in mails and is still good.</summary>
    public ImmutableArray<UserToken> Tokens { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Somebody wants a mail to be sent to the user. There is at most one of its kind in a minute.</summary>
    /// <param name="user">The user.</param>
    /// <param name="kind">What the mail is for.</param>
    /// <param name="mailId">Names the mail.</param>
    /// <param name="now">The time.</param>
    public static Decision<User> AskForMail(User? user, MailKind kind, string mailId, DateTimeOffset now) =>
        user is null or { IsDeleted: true } || (kind == MailKind.EmailVerification && user.IsEmailVerified) || user.Mails.Any(mail => mail.Kind == kind)
        || user.Tokens.Any(token => token.Kind == kind && token.IssuedAt > now - BetweenMails)
            ? Decision<User>.Nothing
            : new(user with { Mails = user.Mails.Add(new(mailId, kind, now, now, 0)) });

    /// <summary>An instance sends a mail that is due, with a token. If it does not succeed, the mail is due again later; one that came too late is given up.</summary>
    /// <param name="user">The user.</param>
    /// <param name="mailId">The mail.</param>
    /// <param name="tokenHash">The token's hash.</param>
    /// <param name="now">The time.</param>
    public static Decision<User> ClaimMail(User? user, string mailId, string tokenHash, DateTimeOffset now)
    {
        if (user?.Mails.FirstOrDefault(mail => mail.Id == mailId) is not { } mail || mail.DueAt > now)
            return Decision<User>.Nothing;
        var left = user.Mails.Remove(mail);
        if (now - mail.AskedAt >= UserToken.LifetimeOf(mail.Kind))
            return new(user with { Mails = left });
        var backoff = FirstBackoff * Math.Pow(2, mail.Tries);
        var tokens = user.Tokens.RemoveAll(token => token.ExpiresAt <= now).Add(new(mail.Kind, tokenHash, now, now + UserToken.LifetimeOf(mail.Kind)));
        return new(user with
        {
            Mails = left.Add(mail with { DueAt = now + (backoff < LongestBackoff ? backoff : LongestBackoff), Tries = mail.Tries + 1 }),
            Tokens = tokens.Length > MaxTokens ? tokens.RemoveAt(0) : tokens,
        });
    }

    /// <summary>A mail is sent.</summary>
    public static Decision<User> MailSent(User? user, string mailId) =>
        user?.Mails.FirstOrDefault(mail => mail.Id == mailId) is { } mail ? new(user with { Mails = user.Mails.Remove(mail) }) : Decision<User>.Nothing;

    /// <summary>Somebody who got the mail chooses another password. Every session ends, and no other token for that is good.</summary>
    /// <param name="user">The user.</param>
    /// <param name="tokenHash">The hash of the token from the mail.</param>
    /// <param name="passwordHash">The hash of the new password.</param>
    /// <param name="now">The time.</param>
    public static Decision<User> ResetPassword(User? user, string tokenHash, string passwordHash, DateTimeOffset now) =>
        HasToken(user, MailKind.PasswordReset, tokenHash, now)
            ? (Used(user, MailKind.PasswordReset) with { PasswordHash = passwordHash, IsEmailVerified = true }).EndAll()
            : NoSuchToken;

    /// <summary>Somebody who got the mail shows that the address is theirs.</summary>
    /// <inheritdoc cref="ResetPassword"/>
    public static Decision<User> VerifyEmail(User? user, string tokenHash, DateTimeOffset now) => HasToken(user, MailKind.EmailVerification, tokenHash, now)
        ? Told(Used(user, MailKind.EmailVerification) with { IsEmailVerified = true })
        : NoSuchToken;

    private static Decision<User> NoSuchToken => Decision<User>.RefuseFields([new("token", "token must be from the newest mail, and not used or expired.")]);

    private static bool HasToken([NotNullWhen(true)] User? user, MailKind kind, string hash, DateTimeOffset now) =>
        user?.Tokens.Any(token => token.Kind == kind && token.Hash == hash && token.ExpiresAt > now) == true;

    private static User Used(User user, MailKind kind) => user with
    {
        Tokens = user.Tokens.RemoveAll(token => token.Kind == kind),
        Mails = user.Mails.RemoveAll(mail => mail.Kind == kind),
    };
}

/// <summary>What a mail is for.</summary>
public enum MailKind
{
    /// <summary>To choose another password without the present one.</summary>
    PasswordReset,

    /// <summary>To show that the address is one's own.</summary>
    EmailVerification,
}

/// <summary>A mail that is not sent yet.</summary>
/// <param name="Id">Names it: its <c>Message-ID</c> begins with it.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="AskedAt">When somebody asked for it.</param>
/// <param name="DueAt">When it is sent, or tried again.</param>
/// <param name="Tries">How often it was tried.</param>
public sealed record DueMail(string Id, MailKind Kind, DateTimeOffset AskedAt, DateTimeOffset DueAt, int Tries);

/// <summary>A token that was sent in a mail.</summary>
/// <param name="Kind">What it is good for, once.</param>
/// <param name="Hash">What is kept of it.</param>
/// <param name="IssuedAt">Since when it is good.</param>
/// <param name="ExpiresAt">Until when.</param>
public sealed record UserToken(MailKind Kind, string Hash, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt)
{
    private const int SecretBytes = 32;

    /// <summary>How long a token is good, and so how long its mail is worth sending.</summary>
    public static TimeSpan LifetimeOf(MailKind kind) => kind == MailKind.PasswordReset ? TimeSpan.FromMinutes(30) : TimeSpan.FromDays(1);

    /// <summary>A token that nobody guesses. It says which document it is of.</summary>
    public static string New(string documentId) =>
        $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(documentId))}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}";

    /// <summary>What is kept of a token.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>Which document a token is of; null if it is none.</summary>
    public static string? DocumentOf(string token)
    {
        if (token.IndexOf('.', StringComparison.Ordinal) is not (> 0 and var dot))
            return null;
        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.AsSpan(0, dot)));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
