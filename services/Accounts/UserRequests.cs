using System.ComponentModel.DataAnnotations;

namespace Ticketing.Accounts;

/// <summary>The body of <c>POST /api/users/signup</c> and <c>/signin</c>.</summary>
/// <param name="Email">The address; upper and lower case are the same.</param>
/// <param name="Password">8 to 128 characters.</param>
public sealed record Credentials([property: Required, StringLength(254)] string? Email, [property: Required] string? Password);

/// <summary>A user as it sees itself.</summary>
/// <param name="Id">Names the user everywhere else.</param>
/// <param name="Email">The address, normalised.</param>
public sealed record UserResponse(string Id, string Email);

/// <summary>A session. The token goes into the header <c>Authorization: Bearer …</c> of every service (RFC 6750).</summary>
/// <param name="Id">The user.</param>
/// <param name="Email">The address, normalised.</param>
/// <param name="AccessToken">Opaque.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">Seconds for which it is good.</param>
/// <param name="RefreshToken">Opaque. Good once, for <c>POST /api/users/refresh</c>.</param>
public sealed record SessionResponse(string Id, string Email, string AccessToken, string TokenType, int ExpiresIn, string RefreshToken);

/// <summary>The body of <c>POST /api/users/refresh</c>.</summary>
/// <param name="RefreshToken">The newest refresh token of the session.</param>
public sealed record RefreshRequest([property: Required] string? RefreshToken);

/// <summary>The body of <c>POST /api/users/password</c>.</summary>
/// <param name="CurrentPassword">The password that the user has.</param>
/// <param name="NewPassword">8 to 128 characters.</param>
public sealed record PasswordChange([property: Required] string? CurrentPassword, [property: Required] string? NewPassword);

/// <summary>The body of <c>POST /api/users/deletion</c>.</summary>
/// <param name="Password">The user's password.</param>
public sealed record AccountDeletion([property: Required] string? Password);

/// <summary>The body of <c>POST /api/users/password/forgot</c> and <c>/verification</c>.</summary>
/// <param name="Email">The address that the mail goes to.</param>
public sealed record MailRequest([property: Required, StringLength(254)] string? Email);

/// <summary>The body of <c>POST /api/users/password/reset</c>.</summary>
/// <param name="Token">From the mail.</param>
/// <param name="NewPassword">8 to 128 characters.</param>
public sealed record PasswordReset([property: Required] string? Token, [property: Required] string? NewPassword);

/// <summary>The body of <c>POST /api/users/verification/confirm</c>.</summary>
/// <param name="Token">From the mail.</param>
public sealed record EmailConfirmation([property: Required] string? Token);
