using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
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
            .WithDescription("Where an address must be verified first (Accounts:RequireVerifiedEmail), the answer is 202, and nobody is signed in: a mail has a token for POST /api/users/verification/confirm.")
            .Refuses(StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity, StatusCodes.Status429TooManyRequests);
        users.MapPost("/signin", SignInAsync).WithName("SignIn").RequireRateLimiting(SignInPerAddress).WithSummary("Signs a user in.")
            .Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status429TooManyRequests);
        users.MapGet("/currentuser", CurrentUser).WithName("GetCurrentUser").RequireAuthorization().WithSummary("Shows who is signed in.");
    }

    private static async Task<Results<Created<SessionResponse>, Accepted<UserResponse>, ProblemHttpResult>> SignUpAsync(
        NewCredentials request, Users users, UserRoles roles, Passwords passwords, SessionTokens sessions, SignInLimits limits, HttpContext http,
        [FromHeader(Name = IdempotencyKey.Header), IdempotencyKey.WellFormed] string? key = null)
    {
        var keyDigest = User.DigestOf(IdempotencyKey.Of(key));
        var (account, client) = (User.DocumentId(request.Email!), http.ClientAddress());
        if (await users.FindAsync(request.Email!, http.RequestAborted) is { } other)
            return await AgainAsync(other.User);
        string hash;
        using (var turn = await passwords.TurnAsync(limits.LineOf(account, client), http.RequestAborted))
        {
            if (!turn.IsAcquired)
                return http.Response.Busy();
            hash = await passwords.HashAsync(request.Password!);
        }
        var id = Guid.CreateVersion7().ToString();
        var (made, begun) = await users.CreateAsync(new User(id, EmailAddress.Normalize(request.Email)!, hash, keyDigest), http.RequestAborted);
        return made.Id != id ? await AgainAsync(made) : begun is null ? Unverified(made) : await CreatedAsync(made, begun);

        Accepted<UserResponse> Unverified(User user) => TypedResults.Accepted((string?)null, new UserResponse(user.Id, user.Email, roles.Of(user)));

        async Task<Results<Created<SessionResponse>, Accepted<UserResponse>, ProblemHttpResult>> CreatedAsync(User user, Session session)
        {
            limits.Succeeded(account, client);
            return TypedResults.Created("/api/users/currentuser", await sessions.ShowAsync(http, user, session));
        }

        // The sign-up may be this one, repeated.
        async Task<Results<Created<SessionResponse>, Accepted<UserResponse>, ProblemHttpResult>> AgainAsync(User user)
        {
            if (keyDigest is null || keyDigest != user.SignUpKey)
                return SignedUpAlready();
            using (var turn = await passwords.TurnAsync(limits.LineOf(account, client), http.RequestAborted))
            {
                if (!turn.IsAcquired)
                    return http.Response.Busy();
                if (!await passwords.MatchesAsync(user, request.Password!))
                    return TypedResults.Problem("This Idempotency-Key was used for another sign-up.", statusCode: StatusCodes.Status422UnprocessableEntity);
            }
            if (users.MustVerify(user))
                return Unverified(user);
            return await users.SignInAsync(request.Email!, user.PasswordHash, http.RequestAborted) is { } signedIn
                ? await CreatedAsync(signedIn.User, signedIn.Session)
                : SignedUpAlready();
        }
    }

    private static async Task<Results<Ok<SessionResponse>, ProblemHttpResult>> SignInAsync(
        Credentials request, Users users, Passwords passwords, SessionTokens sessions, SignInLimits limits, HttpContext http)
    {
        var (account, client) = (User.DocumentId(request.Email!), http.ClientAddress());
        using var attempt = limits.Try(account, client);
        if (!attempt.IsAcquired)
            return await http.TooManyAsync(attempt);
        var line = limits.LineOf(account, client);
        if (await users.FindAsync(request.Email!, http.RequestAborted) is not { User: var user })
        {
            await passwords.PretendAsync(http.RequestAborted);
            return Refused();
        }
        using (var turn = await passwords.TurnAsync(line, http.RequestAborted))
        {
            if (!turn.IsAcquired)
                return http.Response.Busy();
            if (!await passwords.MatchesAsync(user, request.Password!))
                return Refused();
        }
        limits.Succeeded(account, client);
        if (users.MustVerify(user))
            return TypedResults.Problem(
                "Verify your email address first. POST /api/users/verification sends the mail again.", statusCode: StatusCodes.Status403Forbidden);
        return await users.SignInAsync(request.Email!, user.PasswordHash, http.RequestAborted) is { } signedIn
            ? TypedResults.Ok(await sessions.ShowAsync(http, signedIn.User, signedIn.Session))
            : Refused();

        static ProblemHttpResult Refused() => TypedResults.Problem("Email or password is wrong.", statusCode: StatusCodes.Status401Unauthorized);
    }

    private static Ok<UserResponse> CurrentUser(ClaimsPrincipal user) =>
        TypedResults.Ok(new UserResponse(user.Id(), user.FindFirstValue(ClaimTypes.Email)!, [.. user.FindAll(ClaimTypes.Role).Select(role => role.Value)]));

    private static ProblemHttpResult SignedUpAlready() =>
        TypedResults.Problem("This email address has signed up already.", statusCode: StatusCodes.Status409Conflict);
}
