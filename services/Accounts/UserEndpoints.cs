using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Ticketing.Documents;
using Ticketing.ServiceDefaults;

namespace Ticketing.Accounts;

/// <summary>The REST calls on users and their sessions.</summary>
public static class UserEndpoints
{
    // NIST SP 800-63B, section 5.1.1.2: at least 8 characters, no rules on which.
    private const int MinPassword = 8;
    private const int MaxPassword = 128;
    private const int MaxEmail = 254;

    /// <summary>Maps <c>/api/users</c>.</summary>
    public static void MapUsers(this IEndpointRouteBuilder app)
    {
        var users = app.MapGroup("/api/users").WithTags("Users");
        users.MapPost("/signup", SignUpAsync);
        users.MapPost("/signin", SignInAsync);
        // As a RequestDelegate, which its signature also fits, OpenAPI would not describe it.
        users.MapPost("/signout", (Delegate)SignOutAsync);
        users.MapGet("/currentuser", CurrentUser).RequireAuthorization();
    }

    private static async Task<Results<Created<SessionResponse>, ValidationProblem, ProblemHttpResult>> SignUpAsync(
        Credentials request, IDocumentStore<User> users, Passwords passwords, SessionTokens sessions, HttpContext http)
    {
        if (Check(request).Check(request.Password is { Length: >= MinPassword }, "password", $"Has at least {MinPassword} characters.").Problem is { } problem)
            return problem;
        var user = await passwords.InTurnAsync(
            p => p.CreateUser(Guid.CreateVersion7().ToString(), request.Email!.Trim(), request.Password!), http.RequestAborted);
        var written = await users.WriteManyAsync([new(User.DocumentId(user.Email), 1, user, [])], http.RequestAborted);
        if (!written[0])
            return TypedResults.Problem("This email address has signed up already.", statusCode: StatusCodes.Status409Conflict);
        return TypedResults.Created("/api/users/currentuser", await sessions.SignInAsync(http, user));
    }

    private static async Task<Results<Ok<SessionResponse>, ValidationProblem, ProblemHttpResult>> SignInAsync(
        Credentials request, IDocumentStore<User> users, Passwords passwords, SessionTokens sessions, HttpContext http)
    {
        if (Check(request).Problem is { } problem)
            return problem;
        var user = (await users.ViewAsync(User.DocumentId(request.Email!), http.RequestAborted))?.State;
        return await passwords.InTurnAsync(p => p.Match(user, request.Password!), http.RequestAborted)
            ? TypedResults.Ok(await sessions.SignInAsync(http, user!))
            : TypedResults.Problem("Email or password is wrong.", statusCode: StatusCodes.Status401Unauthorized);
    }

    private static Task SignOutAsync(HttpContext http) => http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);

    private static Ok<UserResponse> CurrentUser(ClaimsPrincipal user) =>
        TypedResults.Ok(new UserResponse(user.Id(), user.FindFirstValue(ClaimTypes.Email)!));

    private static Validation Check(Credentials request) => new Validation()
        .Check(IsEmail(request.Email?.Trim()), "email", "Is an email address.")
        .Check(request.Password is { Length: > 0 and <= MaxPassword }, "password", $"Has at most {MaxPassword} characters.");

    private static bool IsEmail(string? email) =>
        email is { Length: <= MaxEmail } && email.IndexOf('@') is var at && at > 0 && at == email.LastIndexOf('@') && at < email.Length - 1
        && !email.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));
}
