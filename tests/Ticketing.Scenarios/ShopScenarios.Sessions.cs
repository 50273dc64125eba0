using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// A session is good on every service.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task A_token_is_good_on_every_service()
    {
        var user = await Shop.SignUpAsync();

        Assert.Equal(("Bearer", true), (user.Session.TokenType, user.Session.ExpiresIn > 0));
        Assert.Equal(new User(user.Id, user.Session.Email), (await user.GetAsync("/api/users/currentuser")).Read<User>());
        Assert.Equal(user.Id, (await user.ListTicketAsync()).UserId);
        Assert.Empty(await OrdersAsync(user));
        (await user.GetAsync("/api/payments/x")).Is(NotFound);
    }

    [Fact]
    public async Task The_cookie_is_good_on_every_service_until_it_is_cleared()
    {
        var answer = await Shop.Anyone.PostAsync("/api/users/signup", new { email = Shop.NewEmail(), password = Shop.Password });
        var cookie = Assert.Single(answer.Headers["Set-Cookie"]).Split("; ");
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=strict", cookie);
        var header = ("Cookie", cookie[0]);

        var user = (await Shop.Anyone.GetAsync("/api/users/currentuser", header)).Read<User>();
        Assert.Equal(answer.Read<Session>(Created).Id, user.Id);
        var listed = await Shop.Anyone.PostAsync("/api/tickets", new { title = "Play", price = 5 }, header);
        Assert.Equal(user.Id, listed.Read<Ticket>(Created).UserId);
        Assert.Empty((await Shop.Anyone.GetAsync("/api/orders", header)).Read<Order[]>());

        var cleared = Assert.Single((await Shop.Anyone.PostAsync("/api/users/signout", null, header)).Is(OK).Headers["Set-Cookie"]);
        Assert.StartsWith("session=; expires=Thu, 01 Jan 1970", cleared, StringComparison.Ordinal);
    }
}
