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
    /// <summary>The policy of how often someone may sign up.</summary>
    public const string SignUpPerAddress = "sign up per address";

    /// <summary>The policy of how often someone may try to sign in.</summary>
    public const string SignInPerAddress = "sign in per address";

    /// <summary>Maps <c>/api/users</c>.</summary>
    public static void MapUsers(this IEndpointRouteBuilder app)
    {
        var users = app.MapGroup("/api/users").WithTags("Users").WithHeaderRules();
        users.MapPost("/signup", SignUpAsync).WithName("SignUp").RequireRateLimiting(SignUpPerAddress).WithSummary("Signs a new user up and in.")
            .Refuses(StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity, StatusCodes.Status429TooManyRequests);
        users.MapPost("/signin", SignInAsync).WithName("SignIn").RequireRateLimiting(SignInPerAddress).WithSummary("Signs a user in.")
            .Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status429TooManyRequests);
        // As a RequestDelegate, which its signature also fits, OpenAPI would not describe it.
        users.MapPost("/signout", (Delegate)SignOutAsync).WithName("SignOut").Produces(StatusCodes.Status200OK).WithSummary("Signs out: clears the session cookie.");
        users.MapGet("/currentuser", CurrentUser).WithName("GetCurrentUser").RequireAuthorization().WithSummary("Shows who is signed in.");
    }

    private static async Task<Results<Created<SessionResponse>, ProblemHttpResult>> SignUpAsync(
        NewCredentials request, IDocumentStore<User> users, Passwords passwords, SessionTokens sessions, SignInLimits limits, HttpContext http,
        [FromHeader(Name = IdempotencyKey.Header), IdempotencyKey.WellFormed] string? key = null)
    {
        var keyDigest = User.DigestOf(IdempotencyKey.Of(key));
        if (await FindAsync(users, request.Email!, http.RequestAborted) is { } other)
            return await AgainAsync(other);
        User user;
        using (var turn = await passwords.TurnAsync(http.RequestAborted))
        {
            if (!turn.IsAcquired)
                return http.Response.Busy();
            user = passwords.CreateUser(Guid.CreateVersion7().ToString(), EmailAddress.Normalize(request.Email)!, request.Password!) with { SignUpKey = keyDigest };
        }
        var written = await users.WriteManyAsync([new(User.DocumentId(user.Email), 1, user, [])], http.RequestAborted);
        return written[0] ? await CreatedAsync(user) : await AgainAsync((await FindAsync(users, request.Email!, http.RequestAborted))!);

        async Task<Results<Created<SessionResponse>, ProblemHttpResult>> CreatedAsync(User user)
        {
            limits.Succeeded(User.DocumentId(user.Email), http.ClientAddress());
            return TypedResults.Created("/api/users/currentuser", await sessions.SignInAsync(http, user));
        }

        // The sign-up may be this one, repeated.
        async Task<Results<Created<SessionResponse>, ProblemHttpResult>> AgainAsync(User user)
        {
            if (keyDigest is null || keyDigest != user.SignUpKey)
                return SignedUpAlready();
            using (var turn = await passwords.TurnAsync(http.RequestAborted))
            {
                if (!turn.IsAcquired)
                    return http.Response.Busy();
                if (!passwords.Match(user, request.Password!))
                    return TypedResults.Problem("This Idempotency-Key was used for another sign-up.", statusCode: StatusCodes.Status422UnprocessableEntity);
            }
            return await CreatedAsync(user);
        }
    }

    private static async Task<Results<Ok<SessionResponse>, ProblemHttpResult>> SignInAsync(
        Credentials request, IDocumentStore<User> users, Passwords passwords, SessionTokens sessions, SignInLimits limits, HttpContext http)
    {
        var (account, client) = (User.DocumentId(request.Email!), http.ClientAddress());
        using var attempt = limits.Try(account, client);
        if (!attempt.IsAcquired)
            return await http.TooManyAsync(attempt);
        var user = await FindAsync(users, request.Email!, http.RequestAborted);
        using (var turn = await passwords.TurnAsync(http.RequestAborted))
        {
            if (!turn.IsAcquired)
                return http.Response.Busy();
            if (!passwords.Match(user, request.Password!))
                return TypedResults.Problem("Email or password is wrong.", statusCode: StatusCodes.Status401Unauthorized);
        }
        limits.Succeeded(account, client);
        return TypedResults.Ok(await sessions.SignInAsync(http, user!));
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
}
