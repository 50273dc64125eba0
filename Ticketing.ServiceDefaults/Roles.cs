using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// What some users may do and others may not. Accounts says who has which role, in the tokens and cookies that it issues. Each role is also the name of the
/// policy that requires it.
/// </summary>
public static class Roles
{
    /// <summary>May put tickets on sale.</summary>
    public const string Seller = "seller";

    /// <summary>
    /// May look at dead letters and send them back, let documents be told again, and say who has which role. The users whose ids
    /// <c>Operators:UserIds</c> lists are operators, too (ids, as anyone can sign up with an address).
    /// </summary>
    public const string Operator = "operator";

    /// <summary>All there are.</summary>
    public static IReadOnlyList<string> All { get; } = [Seller, Operator];

    /// <summary>Only users with this role may make the call.</summary>
    public static TBuilder RequireRole<TBuilder>(this TBuilder calls, string role)
        where TBuilder : IEndpointConventionBuilder => calls.RequireAuthorization(role);

    /// <summary>Whether the configuration says that the user of this id is an operator.</summary>
    public static bool IsOperator(this IConfiguration configuration, string? userId) =>
        configuration.GetSection("Operators:UserIds").Get<string[]>()?.Contains(userId) == true;

    internal static void AddRoles(this WebApplicationBuilder builder) => builder.Services.AddAuthorizationBuilder()
        .AddPolicy(Seller, policy => policy.RequireAuthenticatedUser().RequireRole(Seller))
        .AddPolicy(Operator, policy => policy.RequireAuthenticatedUser().RequireAssertion(context =>
            context.User.IsInRole(Operator) || builder.Configuration.IsOperator(context.User.FindFirstValue(ClaimTypes.NameIdentifier))));

    /// <summary>The roles that a call requires.</summary>
    internal static IEnumerable<string> RequiredBy(IEnumerable<object> metadata) =>
        metadata.OfType<IAuthorizeData>().Select(data => data.Policy).OfType<string>().Distinct();

    /// <summary>What to say to a caller who does not have the role that the call requires; null if it requires none, or the caller has it.</summary>
    internal static string? WhyRefused(HttpContext http) => RequiredBy(http.GetEndpoint()?.Metadata ?? EndpointMetadataCollection.Empty)
        .Where(role => !http.User.IsInRole(role)).Select(role => $"Only users with the role {role} may make this call.").FirstOrDefault();
}
