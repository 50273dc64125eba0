using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Accounts;

/// <summary>The REST calls on sessions, and those that end all of a user's.</summary>
public static class SessionEndpoints
{
    /// <summary>Maps what is under <c>/api/users</c> besides signing up and in.</summary>
    public static void MapSessions(this IEndpointRouteBuilder app)
    {
        var users = app.MapGroup("/api/users").WithTags("Sessions").WithHeaderRules();
        users.MapPost("/refresh", RefreshAsync).WithName("Refresh").RequireRateLimiting(UserEndpoints.SignInPerAddress).WithSummary("Goes on with a session: gets the next tokens.")
            .Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status429TooManyRequests)
            .WithDescription("A refresh token is good once, and for 30 seconds again in case the answer was lost. One that is used later ends its session, because somebody may have a copy.");
        users.MapPost("/signout", SignOutAsync).WithName("SignOut").WithSummary("Signs out: ends the session on every service, and clears the cookie.")
            .WithDescription("Who is not signed in gets the same answer.");
        users.MapPost("/signout-everywhere", SignOutEverywhereAsync).WithName("SignOutEverywhere").RequireAuthorization().WithSummary("Ends all sessions of the user, this one too.");
        users.MapPost("/password", ChangePasswordAsync).WithName("ChangePassword").RequireAuthorization().WithSummary("Changes the password, and ends all other sessions.")
            .Refuses(StatusCodes.Status403Forbidden, StatusCodes.Status409Conflict, StatusCodes.Status429TooManyRequests)
            .WithDescription("The answer is a new session.");
        users.MapPost("/deletion", DeleteAsync).WithName("DeleteAccount").RequireAuthorization().WithSummary("Deletes the account, and ends all its sessions.")
            .Refuses(StatusCodes.Status403Forbidden, StatusCodes.Status409Conflict, StatusCodes.Status429TooManyRequests)
            .WithDescription("Orders and tickets stay, with the user's id. Cancel tickets first that must not be sold any more.");
    }

    private static async Task<Results<Ok<SessionResponse>, ProblemHttpResult>> RefreshAsync(
        RefreshRequest request, Users users, SessionTokens sessions, HttpContext http)
    {
        if (sessions.ReadRefreshToken(request.RefreshToken!) is not var (user, number))
            return IsOver();
        var refreshed = await users.RefreshAsync(user.FindFirstValue(ClaimTypes.Email)!, user.Id(), user.SessionId(), number, http.RequestAborted);
        return refreshed is var (account, session)
            ? TypedResults.Ok(await sessions.ShowAsync(http, account, session))
            : IsOver();

        static ProblemHttpResult IsOver() => TypedResults.Problem("The session is over. Sign in again.", statusCode: StatusCodes.Status401Unauthorized);
    }

    private static async Task<Ok> SignOutAsync(Users users, TimeProvider time, ClaimsPrincipal user, HttpContext http)
    {
        if (user.Identity?.IsAuthenticated == true)
            await EndAsync(users, user, account => User.SignOut(account, user.Id(), user.SessionId(), time.GetUtcNow()), http);
        else
            await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return TypedResults.Ok();
    }

    private static async Task<Ok> SignOutEverywhereAsync(Users users, ClaimsPrincipal user, HttpContext http)
    {
        await EndAsync(users, user, account => User.SignOutEverywhere(account, user.Id()), http);
        return TypedResults.Ok();
    }

    private static async Task<Results<Ok<SessionResponse>, ProblemHttpResult>> ChangePasswordAsync(
        PasswordChange request, Users users, Passwords passwords, SessionTokens sessions, SignInLimits limits,
        ClaimsPrincipal user, HttpContext http)
    {
        var (current, refusal) = await CheckAsync(request.CurrentPassword!, "currentPassword", users, passwords, limits, user, http);
        if (refusal is not null)
            return refusal;
        string hash;
        // Whoever knows the present password is no stranger.
        using (var turn = await passwords.TurnAsync(PasswordLine.Known, http.RequestAborted))
        {
            if (!turn.IsAcquired)
                return http.Response.Busy();
            hash = await passwords.HashAsync(request.NewPassword!);
        }
        if (await EndAsync(users, user, account => User.ChangePassword(account, current!.PasswordHash, hash), http) is { } conflict)
            return conflict.ToProblem();
        return await users.SignInAsync(current!.Email, hash, http.RequestAborted) is { } signedIn
            ? TypedResults.Ok(await sessions.ShowAsync(http, signedIn.User, signedIn.Session))
            : TypedResults.Problem("The account was changed or deleted in the same moment. Sign in again.", statusCode: StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok, ProblemHttpResult>> DeleteAsync(
        AccountDeletion request, Users users, Passwords passwords, SignInLimits limits, TimeProvider time, ClaimsPrincipal user, HttpContext http)
    {
        var (current, refusal) = await CheckAsync(request.Password!, "password", users, passwords, limits, user, http);
        if (refusal is not null)
            return refusal;
        return await EndAsync(users, user, account => User.Delete(account, current!.PasswordHash, time.GetUtcNow()), http) is { } conflict
            ? conflict.ToProblem()
            : TypedResults.Ok();
    }

    /// <summary>Checks the password of the user who calls. To guess is limited as it is when signing in.</summary>
    private static async Task<(User? User, ProblemHttpResult? Refusal)> CheckAsync(
        string password, string field, Users users, Passwords passwords, SignInLimits limits, ClaimsPrincipal user, HttpContext http)
    {
        var email = user.FindFirstValue(ClaimTypes.Email)!;
        var (account, client) = (User.DocumentId(email), http.ClientAddress());
        using var attempt = limits.Try(account, client);
        if (!attempt.IsAcquired)
            return (null, await http.TooManyAsync(attempt));
        var found = (await users.FindAsync(email, http.RequestAborted))?.User;
        using var turn = await passwords.TurnAsync(limits.LineOf(account, client), http.RequestAborted);
        if (!turn.IsAcquired)
            return (null, http.Response.Busy());
        return found?.Id == user.Id() && await passwords.MatchesAsync(found, password)
            ? (found, null)
            : (null, TypedResults.Problem($"{field} is wrong.", statusCode: StatusCodes.Status403Forbidden));
    }

    /// <summary>Carries out what ends sessions, and clears the cookie.</summary>
    private static async Task<Refusal?> EndAsync(Users users, ClaimsPrincipal user, Func<User?, Decision<User>> decide, HttpContext http)
    {
        var (_, refusal) = await users.ExecuteAsync(user.FindFirstValue(ClaimTypes.Email)!, decide, http.RequestAborted);
        if (refusal is null)
            await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return refusal;
    }
}
