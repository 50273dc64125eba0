using Microsoft.AspNetCore.Http.HttpResults;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Accounts;

/// <summary>The REST calls of those who prove by a mail that an address is theirs.</summary>
public static class MailEndpoints
{
    /// <summary>The policy of how often someone may ask for a mail.</summary>
    public const string MailPerAddress = "mail per address";

    // An answer comes no sooner, so that its time does not say whether anybody has signed up with the address.
    private static readonly TimeSpan AskTime = TimeSpan.FromMilliseconds(200);

    /// <summary>Maps what is under <c>/api/users/password</c> and <c>/api/users/verification</c>.</summary>
    public static void MapMails(this IEndpointRouteBuilder app)
    {
        var users = app.MapGroup("/api/users").WithTags("Email").WithHeaderRules();
        users.MapPost("/password/forgot", (MailRequest request, Users users, TimeProvider time, HttpContext http) => AskAsync(MailKind.PasswordReset, request, users, time, http)).WithName("AskForPasswordReset")
            .RequireRateLimiting(MailPerAddress).WithSummary("Sends a mail by which the password can be reset.").Refuses(StatusCodes.Status429TooManyRequests)
            .WithDescription("The answer is the same whether anybody has signed up with the address or not. There is at most one such mail in a minute.");
        users.MapPost("/password/reset", ResetAsync).WithName("ResetPassword").RequireRateLimiting(UserEndpoints.SignInPerAddress).WithSummary("Chooses another password with the token from the mail.")
            .Refuses(StatusCodes.Status429TooManyRequests).WithDescription("The token is good once, for 30 minutes. All sessions end.");
        users.MapPost("/verification", (MailRequest request, Users users, TimeProvider time, HttpContext http) => AskAsync(MailKind.EmailVerification, request, users, time, http)).WithName("AskForVerification")
            .RequireRateLimiting(MailPerAddress).WithSummary("Sends a mail by which the address can be verified.").Refuses(StatusCodes.Status429TooManyRequests)
            .WithDescription("The answer is the same whether anybody has signed up with the address or not. There is at most one such mail in a minute.");
        users.MapPost("/verification/confirm", ConfirmAsync).WithName("VerifyEmail").RequireRateLimiting(UserEndpoints.SignInPerAddress).WithSummary("Verifies the address with the token from the mail.")
            .Refuses(StatusCodes.Status429TooManyRequests).WithDescription("The token is good once, for a day.");
    }

    private static async Task<Accepted> AskAsync(MailKind kind, MailRequest request, Users users, TimeProvider time, HttpContext http)
    {
        var least = Task.Delay(AskTime, time, http.RequestAborted);
        await users.ExecuteAsync(request.Email!, user => User.AskForMail(user, kind, Users.NewId(), time.GetUtcNow()), http.RequestAborted);
        await least;
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<Ok, ProblemHttpResult>> ResetAsync(
        PasswordReset request, Users users, Passwords passwords, TimeProvider time, HttpContext http)
    {
        var (now, token) = (time.GetUtcNow(), UserToken.HashOf(request.Token!));
        var user = await users.ViewAsync(UserToken.DocumentOf(request.Token!)!, http.RequestAborted);
        // A token that is not good costs no hash.
        if (User.ResetPassword(user, token, "", now).Refusal is { } refusal)
            return refusal.ToProblem();
        string hash;
        // Whoever has got the mail is no stranger.
        using (var turn = await passwords.TurnAsync(PasswordLine.Known, http.RequestAborted))
        {
            if (!turn.IsAcquired)
                return http.Response.Busy();
            hash = await passwords.HashAsync(request.NewPassword!);
        }
        return await UseAsync(users, request.Token!, (user, token) => User.ResetPassword(user, token, hash, time.GetUtcNow()), http);
    }

    private static async Task<Results<Ok, ProblemHttpResult>> ConfirmAsync(
        EmailConfirmation request, Users users, TimeProvider time, HttpContext http) =>
        await UseAsync(users, request.Token!, (user, token) => User.VerifyEmail(user, token, time.GetUtcNow()), http);

    private static async Task<Results<Ok, ProblemHttpResult>> UseAsync(
        Users users, string token, Func<User?, string, Decision<User>> decide, HttpContext http)
    {
        var hash = UserToken.HashOf(token);
        var (_, refusal) = await users.ExecuteOnAsync(UserToken.DocumentOf(token)!, user => decide(user, hash), http.RequestAborted);
        return refusal is null ? TypedResults.Ok() : refusal.ToProblem();
    }
}
