using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Ticketing.ServiceDefaults;

namespace Ticketing.Accounts;

/// <summary>The REST call by which operators say who may do what.</summary>
public static partial class RoleEndpoints
{
    /// <summary>Maps <c>/api/users/roles</c>.</summary>
    public static void MapRoles(this IEndpointRouteBuilder app) => app.MapGroup("/api/users").WithTags("Roles").WithHeaderRules()
        .MapPut("/roles", GiveAsync).WithName("GiveRoles").RequireRole(Roles.Operator).Refuses(StatusCodes.Status404NotFound)
        .WithSummary("Says which roles a user has, for operators.")
        .WithDescription("The roles take the place of those that operators gave before. A new role is in the next tokens, which POST /api/users/refresh gets. If one is taken away, all sessions of the user end.");

    private static async Task<Results<Ok<UserResponse>, ProblemHttpResult>> GiveAsync(
        RoleChange request, Users users, UserRoles roles, ClaimsPrincipal by, ILogger<User> logger, HttpContext http)
    {
        var (user, refusal) = await users.ExecuteAsync(request.Email!, user => User.GiveRoles(user, request.Roles!), http.RequestAborted);
        if (refusal is not null)
            return refusal.ToProblem();
        LogGiven(logger, user!.Id, string.Join(", ", user.Roles), by.Id());
        return TypedResults.Ok(new UserResponse(user.Id, user.Email, roles.Of(user)));
    }

    [LoggerMessage(LogLevel.Information, "User {User} was given the roles [{Roles}] by user {By}")]
    private static partial void LogGiven(ILogger logger, string user, string roles, string by);
}
