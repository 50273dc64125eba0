using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ticketing.Mail;
using Ticketing.Notifications;

namespace Ticketing.UnitTests.Notifications;

/// <summary>The pages with the mails of a developer's machine, whatever is in the mails.</summary>
public sealed class MailPageTests : IDisposable
{
    private const string Attack = "</iframe>\"'<script>alert(1)</script>";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("ticketing-mail-");
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _root.Delete(recursive: true);
    }

    [Fact]
    public async Task Mails_are_listed_and_shown_and_nothing_in_them_is_markup()
    {
        await using var service = await StartAsync("Development");
        var inbox = new Inbox { UserId = $"u/../{Attack}", Email = "ann@example.com" };
        using var mail = Mails.Write(inbox, new(1, NotificationKind.TicketSoldOut, Some.Noon) { What = Attack }, new(Texts.Folder), new() { From = $"\"<b>shop</b>\" <shop@shop.example>" });
        mail.Subject = $"Sold out: {Attack}";
        await new FolderTransport(service.Services.GetRequiredService<IOptions<MailOptions>>()).SendAsync(mail, Cancellation);

        var list = await PageAsync(service, "/mails");
        Assert.Contains("ann@example.com", list, StringComparison.Ordinal);
        var link = list.Split("href=\"")[1].Split('"')[0];
        var shown = await PageAsync(service, link);
        Assert.Contains($"<h1>Sold out: {System.Text.Encodings.Web.HtmlEncoder.Default.Encode(Attack)}</h1>", shown, StringComparison.Ordinal);
        var frame = shown.Split("<iframe sandbox srcdoc=\"")[1].Split("\"></iframe>");
        Assert.Equal(mail.HtmlBody!.ReplaceLineEndings("\n"), WebUtility.HtmlDecode(frame[0]).ReplaceLineEndings("\n"));
        foreach (var page in (string[])[list, shown])
        {
            Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<b>", page, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("Development", "/mails/none.eml")]
    [InlineData("Development", "/mails/..%2Fsecret.eml")]
    [InlineData("Development", "/mails/%2Fetc%2Fpasswd")]
    [InlineData("Production", "/mails")]
    public async Task There_is_nothing_else_and_nothing_in_production(string environment, string path)
    {
        await File.WriteAllTextAsync(Path.Combine(_root.FullName, "secret.eml"), "Subject: secret\r\n\r\n", Cancellation);
        await using var service = await StartAsync(environment);
        using var answer = await _http.GetAsync(new Uri(service.Urls.First() + path), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private async Task<string> PageAsync(WebApplication service, string path)
    {
        using var answer = await _http.GetAsync(new Uri(service.Urls.First() + path), Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.StartsWith("default-src 'none'; style-src 'unsafe-inline';", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }

    private async Task<WebApplication> StartAsync(string environment)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration["Notifications:Mail:Folder"] = Path.Combine(_root.FullName, "mails");
        builder.AddMail<NotificationMailOptions>("Notifications:Mail");
        var app = builder.Build();
        app.MapMailPage();
        await app.StartAsync(Cancellation);
        return app;
    }
}
