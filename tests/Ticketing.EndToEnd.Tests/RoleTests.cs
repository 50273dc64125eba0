using System.Net;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;

namespace Ticketing.EndToEnd.Tests;

/// <summary>Who may sell and who operates, in a shop where not everybody sells.</summary>
public sealed class RoleTests
{
    [Fact]
    public async Task Only_those_sell_and_operate_to_whom_an_operator_has_given_the_role_and_only_as_long()
    {
        await using var services = await ShopProcesses.StartAsync(("Accounts__OpenSelling", "false"));
        var shop = services.Shop;
        var first = await shop.SignUpAsync();
        Assert.Empty(first.Session.Roles);
        // The account is lost with it, and the token is good.
        await services.RestartAsync("Accounts", ("Operators__UserIds__0", first.Id));
        var user = await shop.SignUpAsync();
        (await GiveAsync(user, user, "seller")).IsProblem(HttpStatusCode.Forbidden);
        (await shop.Anyone.PutAsync("/api/users/roles", new { email = user.Session.Email, roles = new[] { "seller" } })).IsProblem(HttpStatusCode.Unauthorized);
        var refused = (await ListAsync(user)).IsProblem(HttpStatusCode.Forbidden);
        Assert.Equal("Only users with the role seller may make this call.", refused.GetProperty("detail").GetString());

        Assert.Equal(["seller"], (await GiveAsync(first, user, "seller")).Read<User>().Roles);
        // It is in the next tokens.
        (await ListAsync(user)).Is(HttpStatusCode.Forbidden);
        var seller = await RefreshAsync(shop, user);
        Assert.Equal(["seller"], (await seller.GetAsync("/api/users/currentuser")).Read<User>().Roles);
        var ticket = (await ListAsync(seller)).Read<Ticket>(HttpStatusCode.Created);

        Assert.Equal(["seller", "operator"], (await GiveAsync(first, user, "operator", "seller")).Read<User>().Roles);
        var both = await RefreshAsync(shop, seller);
        (await both.GetAsync(new Uri(shop.Endpoints.Orders, "/dead-letters"))).Is(HttpStatusCode.OK);
        (await GiveAsync(both, both, "operator")).Is(HttpStatusCode.OK);

        await Eventually.IsAsync(async () => (await both.GetAsync("/api/tickets/mine")).Status == HttpStatusCode.Unauthorized, () => "a role is lost, and the session is good");
        var back = shop.As((await shop.Anyone.PostAsync("/api/users/signin", new { email = user.Session.Email, password = Shop.Password })).Read<Session>());
        Assert.Equal(["operator"], back.Session.Roles);
        (await back.PutAsync($"/api/tickets/{ticket.Id}", new { quantity = 5 })).Is(HttpStatusCode.Forbidden);
        (await back.PostAsync($"/api/tickets/{ticket.Id}/pause", null)).Is(HttpStatusCode.OK);
        (await back.PostAsync($"/api/tickets/{ticket.Id}/resume", null)).Is(HttpStatusCode.Forbidden);
        (await back.PostAsync($"/api/tickets/{ticket.Id}/cancel", null)).Is(HttpStatusCode.OK);

        (await GiveAsync(first, user, "king")).IsInvalid("roles");
        (await first.PutAsync("/api/users/roles", new { email = "x" })).IsInvalid("email", "roles");
        (await first.PutAsync("/api/users/roles", new { email = Shop.NewEmail(), roles = Array.Empty<string>() })).IsProblem(HttpStatusCode.NotFound);
    }

    private static Task<Answer> GiveAsync(Caller by, Caller to, params string[] roles) =>
        by.PutAsync("/api/users/roles", new { email = to.Session.Email, roles });

    private static Task<Answer> ListAsync(Caller by) => by.PostAsync("/api/tickets", new { title = "Play", price = 5 });

    private static async Task<Caller> RefreshAsync(Shop shop, Caller user) =>
        shop.As((await shop.Anyone.PostAsync("/api/users/refresh", new { refreshToken = user.Session.RefreshToken })).Read<Session>());
}
