using System.Collections.Immutable;
using Ticketing.Messaging;

namespace Ticketing.Accounts;

// What an operator lets somebody do.
public sealed partial record User
{
    /// <summary>The roles that an operator has given to the user.</summary>
    public ImmutableArray<string> Roles { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>
    /// An operator says which roles the user has. New tokens have them; if one is taken away, every session ends, so that the old tokens are not good for
    /// it any more.
    /// </summary>
    /// <param name="user">The user.</param>
    /// <param name="roles">All roles that the user has from now on.</param>
    public static Decision<User> GiveRoles(User? user, IReadOnlyCollection<string> roles)
    {
        if (user is null or { IsDeleted: true })
            return Decision<User>.Refuse(RefusalKind.NotFound, "Nobody has signed up with this address.");
        ImmutableArray<string> given = [.. roles.Distinct().Order(StringComparer.Ordinal)];
        if (given.SequenceEqual(user.Roles))
            return Decision<User>.Nothing;
        var changed = user with { Roles = given };
        return user.Roles.All(given.Contains) ? new(changed) : changed.EndAll();
    }
}
