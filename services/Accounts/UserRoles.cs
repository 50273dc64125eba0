using Microsoft.Extensions.Options;
using Ticketing.ServiceDefaults;

namespace Ticketing.Accounts;

/// <summary>Says which roles a user has: those that an operator gave, and those that the configuration gives.</summary>
public sealed class UserRoles(IOptions<AccountOptions> options, IConfiguration configuration)
{
    /// <summary>The roles of a user.</summary>
    public string[] Of(User user) => [.. Roles.All.Where(role => user.Roles.Contains(role) || role switch
    {
        Roles.Seller => options.Value.OpenSelling,
        Roles.Operator => configuration.IsOperator(user.Id),
        _ => false,
    })];
}
