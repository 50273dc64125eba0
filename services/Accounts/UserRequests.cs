using System.ComponentModel.DataAnnotations;
using Ticketing.ServiceDefaults;

namespace Ticketing.Accounts;

/// <summary>The body of <c>POST /api/users/signup</c>.</summary>
/// <param name="Email">The address; upper and lower case are the same.</param>
/// <param name="Password">8 to 128 characters, and not one of the most common passwords.</param>
/// <example>{"email":"ann@example.com","password":"correct horse battery"}</example>
public sealed record NewCredentials([property: Email] string? Email, [property: Password, UncommonPassword] string? Password);

/// <summary>The body of <c>POST /api/users/signin</c>. Those who signed up under an older rule still sign in.</summary>
/// <param name="Email">The address; upper and lower case are the same.</param>
/// <param name="Password">1 to 128 characters.</param>
/// <example>{"email":"ann@example.com","password":"correct horse battery"}</example>
public sealed record Credentials([property: Email(IsNew = false)] string? Email, [property: Password(1)] string? Password);

/// <summary>An email address.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EmailAttribute : StringLengthAttribute
{
    /// <summary>At most 254 characters.</summary>
    public EmailAttribute()
        : base(EmailAddress.MaxLength) =>
        ErrorMessage = "must be an email address such as name@example.com, of at most 254 characters, 64 of them before the @.";

    /// <summary>Whether it must keep the rule of today.</summary>
    public bool IsNew { get; set; } = true;

    /// <inheritdoc/>
    public override bool IsValid(object? value) => IsNew ? EmailAddress.Normalize(value as string) is not null : EmailAddress.CouldBe(value as string);
}

/// <summary>A password: so many characters as people count them. NIST SP 800-63B, section 5.1.1.2: at least 8 characters, no rules on which.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PasswordAttribute(int min = 8) : MinLengthAttribute(min)
{
    private const int Max = 128;

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is string password && Text.Length(password) is var length && length >= Length && length <= Max;

    /// <inheritdoc/>
    public override string FormatErrorMessage(string name) => $"must have {Length} to {Max} characters.";
}

/// <summary>Not one of the passwords that guessers try first.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UncommonPasswordAttribute() : ValidationAttribute("must not be one of the most common passwords.")
{
    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is not string password || !CommonPasswords.Contain(password);
}

/// <summary>A user as it sees itself.</summary>
/// <param name="Id">Names the user everywhere else.</param>
/// <param name="Email">The address, normalised.</param>
/// <param name="Roles">What the user may do besides what everybody may: <c>seller</c>, <c>operator</c>.</param>
public sealed record UserResponse(string Id, string Email, IReadOnlyList<string> Roles);

/// <summary>A session. The token goes into the header <c>Authorization: Bearer …</c> of every service (RFC 6750).</summary>
/// <param name="Id">The user.</param>
/// <param name="Email">The address, normalised.</param>
/// <param name="AccessToken">Opaque.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">Seconds for which it is good.</param>
/// <param name="RefreshToken">Opaque. Good once, for <c>POST /api/users/refresh</c>.</param>
/// <param name="Roles">What the user may do with it besides what everybody may: <c>seller</c>, <c>operator</c>.</param>
public sealed record SessionResponse(
    string Id, string Email, string AccessToken, string TokenType, int ExpiresIn, string RefreshToken, IReadOnlyList<string> Roles);

/// <summary>The body of <c>POST /api/users/refresh</c>.</summary>
/// <param name="RefreshToken">The newest refresh token of the session.</param>
public sealed record RefreshRequest([property: Required(ErrorMessage = "must be the newest refresh token of the session.")] string? RefreshToken);

/// <summary>The body of <c>POST /api/users/password</c>.</summary>
/// <param name="CurrentPassword">The password that the user has.</param>
/// <param name="NewPassword">8 to 128 characters, and not one of the most common passwords.</param>
/// <example>{"currentPassword":"correct horse battery","newPassword":"staple horse battery"}</example>
public sealed record PasswordChange([property: Password(1)] string? CurrentPassword, [property: Password, UncommonPassword] string? NewPassword);

/// <summary>The body of <c>POST /api/users/deletion</c>.</summary>
/// <param name="Password">The user's password.</param>
public sealed record AccountDeletion([property: Password(1)] string? Password);

/// <summary>The body of <c>POST /api/users/password/forgot</c> and <c>/verification</c>.</summary>
/// <param name="Email">The address that the mail goes to.</param>
public sealed record MailRequest([property: Email(IsNew = false)] string? Email);

/// <summary>The body of <c>POST /api/users/password/reset</c>.</summary>
/// <param name="Token">From the mail.</param>
/// <param name="NewPassword">8 to 128 characters.</param>
public sealed record PasswordReset([property: MailToken] string? Token, [property: Password, UncommonPassword] string? NewPassword);

/// <summary>The body of <c>POST /api/users/verification/confirm</c>.</summary>
/// <param name="Token">From the mail.</param>
public sealed record EmailConfirmation([property: MailToken] string? Token);

/// <summary>The body of <c>PUT /api/users/roles</c>.</summary>
/// <param name="Email">The user's address.</param>
/// <param name="Roles">All roles that the user has from now on, besides those that everybody has: <c>seller</c>, <c>operator</c>.</param>
/// <example>{"email":"ann@example.com","roles":["seller"]}</example>
public sealed record RoleChange([property: Email(IsNew = false)] string? Email, [property: Roles] string[]? Roles);

/// <summary>Roles, each of them one that there is.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RolesAttribute() : ValidationAttribute($"must be an array of roles: {string.Join(", ", Roles.All)}.")
{
    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is string[] roles && roles.All(Roles.All.Contains);
}

/// <summary>A token from a mail.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MailTokenAttribute : StringLengthAttribute
{
    // Our own have about 130.
    private const int Max = 1000;

    /// <summary>At most 1,000 characters.</summary>
    public MailTokenAttribute()
        : base(Max) =>
        ErrorMessage = "must be from a mail of this shop.";

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is string { Length: <= Max } token && UserToken.DocumentOf(token) is { Length: > 0 };
}
