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
        var shown = (await user.GetAsync("/api/users/currentuser")).Read<User>();
        Assert.Equal((user.Id, user.Session.Email), (shown.Id, shown.Email));
        Assert.Equal(["seller"], shown.Roles);
        Assert.Equal(["seller"], user.Session.Roles);
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

    [Fact]
    public async Task A_session_that_is_signed_out_of_is_good_nowhere_and_the_others_still_are()
    {
        var (one, other) = await TwoSessionsAsync();
        var cookie = ("Cookie", (await SignInAsync(one.Session.Email, Shop.Password)).Headers["Set-Cookie"].Single().Split(';')[0]);

        (await one.PostAsync("/api/users/signout", null)).Is(OK);
        (await Shop.Anyone.PostAsync("/api/users/signout", null, cookie)).Is(OK);

        await IsOverAsync(one.GetAsync);
        await IsOverAsync(url => Shop.Anyone.SendAsync(HttpMethod.Get, url, null, cookie));
        (await one.PostAsync("/api/users/refresh", new { refreshToken = one.Session.RefreshToken })).IsProblem(Unauthorized);
        await IsGoodAsync(other);
    }

    [Fact]
    public async Task Who_signs_out_everywhere_is_signed_out_everywhere()
    {
        var (one, other) = await TwoSessionsAsync();

        (await one.PostAsync("/api/users/signout-everywhere", null)).Is(OK);

        await IsOverAsync(one.GetAsync);
        await IsOverAsync(other.GetAsync);
        (await Shop.Anyone.PostAsync("/api/users/refresh", new { refreshToken = other.Session.RefreshToken })).IsProblem(Unauthorized);
        await IsGoodAsync(Shop.As((await SignInAsync(one.Session.Email, Shop.Password)).Read<Session>()));
    }

    [Fact]
    public async Task Another_password_ends_every_session_but_the_one_that_it_begins()
    {
        var (one, other) = await TwoSessionsAsync();
        const string next = "another long password";
        (await one.PostAsync("/api/users/password", new { currentPassword = "not the password", newPassword = next })).IsProblem(Forbidden);
        (await one.PostAsync("/api/users/password", new { currentPassword = Shop.Password, newPassword = "password1" })).IsInvalid("newPassword");
        (await one.PostAsync("/api/users/password", new { newPassword = next })).IsInvalid("currentPassword");

        var changed = Shop.As((await one.PostAsync("/api/users/password", new { currentPassword = Shop.Password, newPassword = next })).Read<Session>());

        await IsOverAsync(one.GetAsync);
        await IsOverAsync(other.GetAsync);
        await IsGoodAsync(changed);
        (await SignInAsync(one.Session.Email, Shop.Password)).IsProblem(Unauthorized);
        (await SignInAsync(one.Session.Email, next)).Is(OK);
    }

    [Fact]
    public async Task A_deleted_account_is_gone_and_its_address_can_sign_up_anew()
    {
        var (one, other) = await TwoSessionsAsync();
        (await one.PostAsync("/api/users/deletion", new { password = "not the password" })).IsProblem(Forbidden);

        (await one.PostAsync("/api/users/deletion", new { password = Shop.Password })).Is(OK);

        await IsOverAsync(one.GetAsync);
        await IsOverAsync(other.GetAsync);
        (await SignInAsync(one.Session.Email, Shop.Password)).IsProblem(Unauthorized);
        var again = await Shop.SignUpAsync(one.Session.Email);
        Assert.NotEqual(one.Id, again.Id);
        await IsGoodAsync(again);
    }

    [Fact]
    public async Task A_refresh_token_gets_the_next_tokens_once()
    {
        var (first, _) = await TwoSessionsAsync();
        var second = Shop.As((await RefreshAsync(first)).Read<Session>());
        await IsGoodAsync(second);
        Assert.Equal(first.Id, second.Id);
        // The answer was lost.
        var third = Shop.As((await RefreshAsync(first)).Read<Session>());
        (await RefreshAsync(third)).Is(OK);

        (await RefreshAsync(first)).IsProblem(Unauthorized);

        await IsOverAsync(third.GetAsync);
        (await RefreshAsync(third)).IsProblem(Unauthorized);
        (await Shop.Anyone.PostAsync("/api/users/refresh", new { refreshToken = first.Session.AccessToken })).IsProblem(Unauthorized);
        (await Shop.Anyone.PostAsync("/api/users/refresh", new { })).IsInvalid("refreshToken");

        static Task<Answer> RefreshAsync(Caller caller) => caller.PostAsync("/api/users/refresh", new { refreshToken = caller.Session.RefreshToken });
    }

    private async Task<(Caller One, Caller Other)> TwoSessionsAsync()
    {
        var one = await Shop.SignUpAsync();
        return (one, Shop.As((await SignInAsync(one.Session.Email, Shop.Password)).Read<Session>()));
    }

    /// <summary>Every instance of every service knows within 5 s that the session is over; Accounts' instance that was asked knows at once.</summary>
    private async Task IsOverAsync(Func<Uri, Task<Answer>> get)
    {
        foreach (var (service, path) in SessionChecks)
            foreach (var instance in Shop.Endpoints.InstancesOf(service))
            {
                Answer? answer = null;
                await Testing.Eventually.IsAsync(
                    async () => (answer = await get(new Uri(instance, path))).Status == Unauthorized, () => $"{service}: {answer}", TimeSpan.FromSeconds(5));
            }
    }

    private async Task IsGoodAsync(Caller caller)
    {
        foreach (var (service, path) in SessionChecks)
            foreach (var instance in Shop.Endpoints.InstancesOf(service))
                Assert.NotEqual(Unauthorized, (await caller.GetAsync(new Uri(instance, path))).Status);
    }

    private static readonly (string Service, string Path)[] SessionChecks =
        [("accounts", "/api/users/currentuser"), ("orders", "/api/orders"), ("payments", "/api/payments/x"), ("tickets", "/api/tickets/x/orders")];
}
