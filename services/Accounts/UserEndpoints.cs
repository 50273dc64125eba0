using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Ticketing.Documents;
using Ticketing.ServiceDefaults;

namespace Ticketing.Accounts;

/// <summary>The REST calls on users and their sessions.</summary>
public static class UserEndpoints
{
    // NIST SP 800-63B, section 5.1.1.2: at least 8 characters, no rules on which.
    private const int MinPassword = 8;
    private const int MaxPassword = 128;

    /// <summary>Maps <c>/api/users</c>.</summary>
    public static void MapUsers(this IEndpointRouteBuilder app)
    {
        var users = app.MapGroup("/api/users").WithTags("Users").WithHeaderRules();
        users.MapPost("/signup", SignUpAsync);
        users.MapPost("/signin", SignInAsync);
        // As a RequestDelegate, which its signature also fits, OpenAPI would not describe it.
        users.MapPost("/signout", (Delegate)SignOutAsync);
        users.MapGet("/currentuser", CurrentUser).RequireAuthorization();
    }

    private static async Task<Results<Created<SessionResponse>, ValidationProblem, ProblemHttpResult>> SignUpAsync(
        Credentials request, IDocumentStore<User> users, Passwords passwords, SessionTokens sessions, HttpContext http,
        [FromHeader(Name = IdempotencyKey.Header)] string? key = null)
    {
        var email = EmailAddress.Normalize(request.Email);
        var validation = new Validation().Check(email is not null, "email", EmailAddress.Rule);
        if (CheckPassword(validation, request.Password, MinPassword).Problem is { } problem)
            return problem;
        var keyDigest = User.DigestOf(IdempotencyKey.Of(key));
        if (await FindAsync(users, request.Email!, http.RequestAborted) is { } other)
            return await AgainAsync(other);
        var user = await passwords.InTurnAsync(
            p => p.CreateUser(Guid.CreateVersion7().ToString(), email!, request.Password!) with { SignUpKey = keyDigest }, http.RequestAborted);
        var written = await users.WriteManyAsync([new(User.DocumentId(user.Email), 1, user, [])], http.RequestAborted);
        return written[0] ? await CreatedAsync(user) : await AgainAsync((await FindAsync(users, request.Email!, http.RequestAborted))!);

        async Task<Results<Created<SessionResponse>, ValidationProblem, ProblemHttpResult>> CreatedAsync(User user) =>
            TypedResults.Created("/api/users/currentuser", await sessions.SignInAsync(http, user));

        // The sign-up may be this one, repeated.
        async Task<Results<Created<SessionResponse>, ValidationProblem, ProblemHttpResult>> AgainAsync(User user) =>
            keyDigest is null || keyDigest != user.SignUpKey ? SignedUpAlready()
            : await passwords.InTurnAsync(p => p.Match(user, request.Password!), http.RequestAborted) ? await CreatedAsync(user)
            : TypedResults.Problem("This Idempotency-Key was used for another sign-up.", statusCode: StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Results<Ok<SessionResponse>, ValidationProblem, ProblemHttpResult>> SignInAsync(
        Credentials request, IDocumentStore<User> users, Passwords passwords, SessionTokens sessions, HttpContext http)
    {
        // Those who signed up under an older rule still sign in.
        var validation = new Validation().Check(EmailAddress.CouldBe(request.Email), "email", EmailAddress.Rule);
        if (CheckPassword(validation, request.Password, min: 1).Problem is { } problem)
            return problem;
        var user = await FindAsync(users, request.Email!, http.RequestAborted);
        return await passwords.InTurnAsync(p => p.Match(user, request.Password!), http.RequestAborted)
            ? TypedResults.Ok(await sessions.SignInAsync(http, user!))
            : TypedResults.Problem("Email or password is wrong.", statusCode: StatusCodes.Status401Unauthorized);
    }

    private static Task SignOutAsync(HttpContext http) => http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);

    private static Ok<UserResponse> CurrentUser(ClaimsPrincipal user) =>
        TypedResults.Ok(new UserResponse(user.Id(), user.FindFirstValue(ClaimTypes.Email)!));

    private static async Task<User?> FindAsync(IDocumentStore<User> users, string email, CancellationToken cancellation)
    {
        var (id, former) = (User.DocumentId(email), User.FormerDocumentId(email));
        var found = await users.ViewAsync(id, cancellation) ?? (id == former ? null : await users.ViewAsync(former, cancellation));
        return found?.State;
    }

    private static ProblemHttpResult SignedUpAlready() =>
        TypedResults.Problem("This email address has signed up already.", statusCode: StatusCodes.Status409Conflict);

    private static Validation CheckPassword(Validation validation, string? password, int min) => validation.Check(
        password is not null && Text.Length(password) is var length && length >= min && length <= MaxPassword,
        "password", $"password must have {min} to {MaxPassword} characters.");
}
