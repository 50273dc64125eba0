using System.Net;
using System.Text.RegularExpressions;
using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Kafka;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;

namespace Ticketing.EndToEnd.Tests;

/// <summary>Whatever people do, and however much is logged: nothing of them but their ids is on the topics that tell what happens.</summary>
public sealed partial class PersonalDataTests : IDisposable
{
    private const string First = "a first password 7391", Second = "a second password 5172", Wrong = "a wrong password 8264";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ticketing-mail-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Neither_actions_nor_logs_have_an_address_a_password_or_a_token()
    {
        await using var services = await ShopProcesses.StartAsync(
            ShopProcesses.Others, ("Accounts__Mail__Folder", _folder.FullName), ("Accounts__Mail__Website", "https://shop.example/"), ("Logging__Kafka__LogLevel__Default", "Debug"),
            ("Logs__MaxRecords", "200000"), ("Logs__MaxBytes", "200000000"), ("Logs__RecordsPerSecond", "100000"));
        var shop = services.Shop;
        var (email, other) = ($"Somebody.Private.{Guid.NewGuid():N}@mail.example", $"nobody.{Guid.NewGuid():N}@mail.example");
        var secrets = new List<string> { email, other, First, Second, Wrong, "pm_card_visa", "mail.example" };

        var session = (await PostAsync("signup", new { email, password = First })).Read<Session>(HttpStatusCode.Created);
        var user = shop.As(session);
        (await PostAsync("signup", new { email, password = First })).IsProblem(HttpStatusCode.Conflict);
        (await PostAsync("signin", new { email, password = Wrong })).IsProblem(HttpStatusCode.Unauthorized);
        (await PostAsync("signin", new { email = other, password = Wrong })).IsProblem(HttpStatusCode.Unauthorized);
        (await PostAsync("verification", new { email })).Is(HttpStatusCode.Accepted);
        (await PostAsync("password/forgot", new { email })).Is(HttpStatusCode.Accepted);
        // Not everything is taken.
        (await shop.Anyone.PostAsync("/api/users/signup", $$"""{"email":"{{email}}","password":""")).IsProblem(HttpStatusCode.BadRequest);

        var seller = await shop.SignUpAsync();
        var order = await user.BuyAsync(await seller.ListTicketAsync());
        await user.CancelAsync(order);
        await Eventually.IsAsync(async () => (await user.PaymentAsync(order)).Status == "refunded", () => "no refund");
        await Eventually.IsAsync(() => _folder.GetFiles("*.eml").Length == 2 && services.Mails.Count > 0, () => "no mails");
        var token = Token().Match(Mail("reset-password")).Groups[1].Value;
        (await PostAsync("password/reset", new { token, newPassword = Second })).Is(HttpStatusCode.OK);
        var again = (await PostAsync("signin", new { email, password = Second })).Read<Session>(HttpStatusCode.OK);
        (await shop.As(again).PostAsync("/api/users/deletion", new { password = Second })).Is(HttpStatusCode.OK);
        await shop.SettleAsync();
        secrets.AddRange([token, Token().Match(Mail("verify-email")).Groups[1].Value, session.AccessToken, session.RefreshToken, again.AccessToken, again.RefreshToken, seller.Session.Email]);
        // Of what is long, a part says enough.
        secrets = secrets.ConvertAll(secret => secret.Length > 60 ? secret[^40..] : secret);

        // What is logged is written a moment later.
        List<TopicRecord> logs = [];
        await Eventually.IsAsync(
            async () => (logs = await shop.Topics.ReadAsync(Topics.Logs)).Exists(record => record.Value.GetProperty("service").GetString() == "accounts" && Says(record, "/api/users/deletion")),
            () => $"{logs.Count} records, and none of the deletion");
        var actions = await shop.Topics.ReadAsync(Topics.Activity);

        Assert.Equal(["accounts", "activity", "expiration", "notifications", "orders", "payments", "tickets"], logs.Select(record => record.Text("service")).Distinct().Order());
        Assert.All(secrets, secret => Assert.True(secret.Length >= 12, secret));
        Assert.Contains(actions, action => action.Text("action") == "order-approved" && action.Text("actor") == user.Id && action.Text("subject") == order.Id);
        Assert.Contains(actions, action => action.Text("action") == "account-deleted" && action.Text("subject") == user.Id);
        foreach (var record in logs.Concat(actions))
            Assert.All(secrets, secret => Assert.False(Says(record, secret), $"'{secret}' is in {record.Value}"));

        Task<Answer> PostAsync(string call, object body) => shop.Anyone.PostAsync($"/api/users/{call}", body);
    }

    private static bool Says(TopicRecord record, string text) =>
        $"{record.Key} {string.Join(' ', record.Headers.Values)} {record.Value.GetRawText()}".Contains(text, StringComparison.OrdinalIgnoreCase);

    // Quoted-printable: a line that ends with = goes on in the next, and =3D is =.
    private string Mail(string text) => _folder.GetFiles("*.eml")
        .Select(file => File.ReadAllText(file.FullName).ReplaceLineEndings("\n").Replace("=\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal))
        .First(mail => mail.Contains(text, StringComparison.Ordinal));

    [GeneratedRegex(@"token=([\w-]+\.[\w-]{43})\n")]
    private static partial Regex Token();
}
