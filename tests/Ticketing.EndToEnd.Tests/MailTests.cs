using System.Net;
using System.Text.RegularExpressions;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Stores;

namespace Ticketing.EndToEnd.Tests;

/// <summary>Mails with tokens, in a shop that lets nobody in whose address is not verified. Without a mail server they are files.</summary>
public sealed partial class MailTests : IDisposable
{
    private const string Next = "another long password";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ticketing-mail-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_address_is_verified_and_a_password_reset_by_mail()
    {
        await using var services = await ShopProcesses.StartAsync(
            ("Accounts__RequireVerifiedEmail", "true"), ("Accounts__Mail__Folder", _folder.FullName), ("Accounts__Mail__Website", "https://shop.example/"));
        var (shop, email) = (services.Shop, Shop.NewEmail());

        var signedUp = (await PostAsync(shop, "signup", new { email, password = Shop.Password })).Read<User>(HttpStatusCode.Accepted);
        Assert.Equal(email, signedUp.Email);
        (await SignInAsync(shop, email, Shop.Password)).IsProblem(HttpStatusCode.Forbidden);
        (await PostAsync(shop, "verification", new { email })).Is(HttpStatusCode.Accepted);
        var verification = await TokenAsync("verify-email", email);
        (await PostAsync(shop, "verification/confirm", new { token = verification + "x" })).IsInvalid("token");
        (await PostAsync(shop, "verification/confirm", new { token = "x" })).IsInvalid("token");
        (await PostAsync(shop, "verification/confirm", new { token = verification })).Is(HttpStatusCode.OK);
        (await PostAsync(shop, "verification/confirm", new { token = verification })).IsInvalid("token");
        var session = shop.As((await SignInAsync(shop, email, Shop.Password)).Read<Session>());
        Assert.Equal(signedUp.Id, session.Id);

        (await PostAsync(shop, "password/forgot", new { email = Shop.NewEmail() })).Is(HttpStatusCode.Accepted);
        (await PostAsync(shop, "password/forgot", new { email })).Is(HttpStatusCode.Accepted);
        var reset = await TokenAsync("reset-password", email);
        (await PostAsync(shop, "password/reset", new { token = reset, newPassword = "short" })).IsInvalid("newPassword");
        (await PostAsync(shop, "password/reset", new { token = verification, newPassword = Next })).IsInvalid("token");
        (await PostAsync(shop, "password/reset", new { token = reset, newPassword = Next })).Is(HttpStatusCode.OK);
        // Accounts itself need not hear it.
        (await session.GetAsync("/api/users/currentuser")).IsProblem(HttpStatusCode.Unauthorized);
        (await PostAsync(shop, "password/reset", new { token = reset, newPassword = Next })).IsInvalid("token");

        (await SignInAsync(shop, email, Shop.Password)).IsProblem(HttpStatusCode.Unauthorized);
        (await SignInAsync(shop, email, Next)).Is(HttpStatusCode.OK);
        await Eventually.IsAsync(async () => (await session.GetAsync("/api/orders")).Status == HttpStatusCode.Unauthorized, () => "the old session is good");
        Assert.Equal(2, _folder.GetFiles("*.eml").Length);
    }

    [Fact]
    public async Task A_mail_that_is_due_survives_a_crash_and_comes_when_it_can_be_sent()
    {
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        await using var postgres = await PostgresServer.StartAsync();
        // A file is where the folder should be.
        var inTheWay = Path.Combine(_folder.FullName, "mail");
        await File.WriteAllTextAsync(inTheWay, "");
        await using var services = await ShopProcesses.StartAsync(
            ("Documents__Store", "postgres"), ("ConnectionStrings__postgres", postgres.ConnectionString), ("Accounts__Mail__Folder", inTheWay));
        var user = await services.Shop.SignUpAsync();
        (await PostAsync(services.Shop, "password/forgot", new { email = user.Session.Email })).Is(HttpStatusCode.Accepted);
        await services.KillAsync("Accounts");
        File.Delete(inTheWay);

        await services.RestartAsync("Accounts");

        var token = await TokenAsync("POST /api/users/password/reset", user.Session.Email);
        (await PostAsync(services.Shop, "password/reset", new { token, newPassword = Next })).Is(HttpStatusCode.OK);
        Assert.Single(_folder.GetFiles("*.eml", SearchOption.AllDirectories));
    }

    private static Task<Answer> PostAsync(Shop shop, string call, object body) => shop.Anyone.PostAsync($"/api/users/{call}", body);

    private static Task<Answer> SignInAsync(Shop shop, string email, string password) => PostAsync(shop, "signin", new { email, password });

    /// <summary>The token of the mail to this address that has this text in it.</summary>
    private async Task<string> TokenAsync(string text, string email)
    {
        var mail = "";
        await Eventually.IsAsync(
            async () =>
            {
                foreach (var file in _folder.GetFiles("*.eml", SearchOption.AllDirectories))
                {
                    // Quoted-printable: a line that ends with = goes on in the next, and =3D is =.
                    var found = (await File.ReadAllTextAsync(file.FullName)).ReplaceLineEndings("\n").Replace("=\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
                    if (found.Contains(text, StringComparison.Ordinal) && found.Contains($"To: {email}", StringComparison.Ordinal))
                        mail = found;
                }
                return mail.Length > 0;
            }, () => $"no mail with {text}");
        return Token().Match(mail).Groups[1].Value;
    }

    [GeneratedRegex(@"(?:token=|\n\n)([\w-]+\.[\w-]{43})\n")]
    private static partial Regex Token();
}
