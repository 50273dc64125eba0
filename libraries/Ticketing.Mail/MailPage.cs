using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Ticketing.Mail;

/// <summary>
/// Pages on which developers read the mails that are put into a folder: <c>/mails</c>. Nothing in a mail is markup of a page: its text is encoded, and its
/// HTML is shown in a frame of its own origin, in which no script runs and nothing is loaded.
/// </summary>
public static class MailPage
{
    private const int Shown = 100;

    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Maps <c>/mails</c> in development, if mails go to a folder.</summary>
    public static void MapMailPage(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment() || app.Services.GetRequiredService<IMailTransport>() is not FolderTransport)
            return;
        var pages = app.MapGroup("/mails").ExcludeFromDescription();
        pages.MapGet("/", ListAsync);
        pages.MapGet("/{name}", ShowAsync);
    }

    private static async Task<ContentHttpResult> ListAsync(IOptions<MailOptions> options, HttpContext http)
    {
        var rows = new StringBuilder();
        foreach (var file in Files(options.Value).OrderByDescending(file => file.LastWriteTimeUtc).Take(Shown))
        {
            using var mail = await MimeMessage.LoadAsync(file.FullName, http.RequestAborted);
            rows.Append(CultureInfo.InvariantCulture, $"<tr><td>{mail.Date:u}<td>{Encode($"{mail.To}")}<td><a href=\"/mails/{Uri.EscapeDataString(file.Name)}\">{Encode(mail.Subject)}</a>\n");
        }
        return Page(http, "Mails", $"<h1>Mails</h1>\n<p>The newest {Shown} in {Encode(options.Value.Folder)}.\n<table>\n{rows}</table>\n");
    }

    private static async Task<Results<ContentHttpResult, NotFound>> ShowAsync(string name, IOptions<MailOptions> options, HttpContext http)
    {
        // One of those that are there, and no path.
        if (Files(options.Value).FirstOrDefault(file => file.Name == name) is not { } file)
            return TypedResults.NotFound();
        using var mail = await MimeMessage.LoadAsync(file.FullName, http.RequestAborted);
        return Page(http, mail.Subject, $"""
            <p><a href="/mails">Mails</a>
            <h1>{Encode(mail.Subject)}</h1>
            <p>{mail.Date:u}, from {Encode($"{mail.From}")}, to {Encode($"{mail.To}")}, {Encode(mail.MessageId)}
            <h2>Text</h2>
            <pre>{Encode(mail.TextBody)}</pre>
            <h2>HTML</h2>
            <iframe sandbox srcdoc="{Encode(mail.HtmlBody)}"></iframe>
            """);
    }

    private static IEnumerable<FileInfo> Files(MailOptions options) => Directory.CreateDirectory(options.Folder).EnumerateFiles("*.eml");

    private static ContentHttpResult Page(HttpContext http, string? title, string body)
    {
        http.Response.Headers.ContentSecurityPolicy = Policy;
        return TypedResults.Content($$"""
            <!doctype html>
            <html lang="en">
            <title>{{Encode(title)}}</title>
            <style>body { font-family: sans-serif; margin: 2em } td { padding-right: 2em } iframe { width: 100%; height: 40em }</style>
            {{body}}
            """, "text/html; charset=utf-8");
    }

    private static string Encode(string? text) => HtmlEncoder.Default.Encode(text ?? "");
}
