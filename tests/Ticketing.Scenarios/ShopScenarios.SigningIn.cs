using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// Who is who.
public abstract partial class ShopScenarios
{
    [Theory]
    [InlineData("GET", "/api/users/currentuser")]
    [InlineData("POST", "/api/tickets")]
    [InlineData("PUT", "/api/tickets/x")]
    [InlineData("POST", "/api/orders")]
    [InlineData("GET", "/api/orders")]
    [InlineData("GET", "/api/orders/x")]
    [InlineData("DELETE", "/api/orders/x")]
    [InlineData("POST", "/api/payments")]
    [InlineData("GET", "/api/payments/x")]
    public async Task Who_is_not_signed_in_is_turned_away(string method, string path)
    {
        var body = method is "POST" or "PUT" ? "{}" : null;
        (await Shop.Anyone.SendAsync(new(method), path, body)).IsProblem(Unauthorized);
        (await Shop.Anyone.SendAsync(new(method), path, body, ("Authorization", "Bearer forged"))).IsProblem(Unauthorized);
        (await Shop.Anyone.SendAsync(new(method), path, body, ("Cookie", "session=forged"))).IsProblem(Unauthorized);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_look_the_same()
    {
        var user = await Shop.SignUpAsync();

        var wrong = await SignInAsync(user.Session.Email, "not the password");
        var unknown = await SignInAsync(Shop.NewEmail(), Shop.Password);

        Assert.Equal(WithoutTrace(wrong), WithoutTrace(unknown));
        Assert.Equal(user.Id, (await SignInAsync(user.Session.Email.ToUpperInvariant(), Shop.Password)).Read<Session>().Id);

        static IEnumerable<string> WithoutTrace(Answer answer) => answer.IsProblem(Unauthorized).EnumerateObject()
            .Where(field => field.Name != "traceId").Select(field => field.ToString());
    }

    [Fact]
    public async Task An_address_signs_up_once_however_it_is_written()
    {
        var email = Shop.NewEmail();
        var answers = await Task.WhenAll(new[] { email, email.ToUpperInvariant() }.Select(
            e => Shop.Anyone.PostAsync("/api/users/signup", new { email = e, password = Shop.Password })));
        Assert.Equal([Created, Conflict], answers.Select(answer => answer.Status).Order());
    }

    [Fact]
    public async Task An_address_of_any_language_is_one_in_all_its_forms()
    {
        var name = Guid.NewGuid().ToString("N");
        var user = await Shop.SignUpAsync($"Jose\u0301.{name}@Bücher.example");

        Assert.Equal($"José.{name}@xn--bcher-kva.example", user.Session.Email);
        Assert.Equal(user.Id, (await SignInAsync($" JOSÉ.{name}@BU\u0308CHER.example ", Shop.Password)).Read<Session>().Id);
        var again = new { email = $"josé.{name}@XN--BCHER-KVA.example", password = Shop.Password };
        (await Shop.Anyone.PostAsync("/api/users/signup", again)).IsProblem(Conflict);
    }

    private protected Task<Answer> SignInAsync(string email, string password) =>
        Shop.Anyone.PostAsync("/api/users/signin", new { email, password });
}
