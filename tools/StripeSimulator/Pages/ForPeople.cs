using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.WebUtilities;

namespace Ticketing.Tools.Stripe.Pages;

/// <summary>Pages for people: where cardholders authenticate, and where the operator sees and changes what happens.</summary>
internal static class ForPeople
{
    public static void MapForPeople(this WebApplication app)
    {
        app.MapGet("/", (IServiceProvider services) => PageAsync<OperatorPage>(services, []));
        app.MapGet("/authenticate/{id}/{step}", AuthenticationPageAsync);
        app.MapPost("/authenticate/{id}/{step}", AuthenticateAsync);
        // Where a shop without pages lets cardholders be sent back to.
        app.MapGet("/returned", (HttpRequest request, IServiceProvider services) => PageAsync<ReturnedPage>(services, new()
        {
            [nameof(ReturnedPage.Intent)] = (string?)request.Query["payment_intent"],
            [nameof(ReturnedPage.IsApproved)] = request.Query["redirect_status"] == "succeeded",
        }));
        app.MapPost("/disputes/{id}", async (string id, HttpRequest request, Books books) =>
        {
            books.Decide(id, isWon: (await request.ReadFormAsync())["decision"] == "win");
            return Results.LocalRedirect("/");
        });
        app.MapPost("/events/{id}/resend", (string id, Books books, Webhooks webhooks) =>
        {
            if (books.Newest<Event>(1, told => told.Id == id).Count > 0)
                webhooks.Resend(id);
            return Results.LocalRedirect("/");
        });
        app.MapGet("/faults", (Faults faults) => faults);
        app.MapPost("/faults", SetFaultsAsync);
    }

    /// <summary>Other sites can neither post forms nor read pages by a name of theirs for this host.</summary>
    public static Task ProtectAsync(HttpContext http, RequestDelegate next)
    {
        var isForged = HttpMethods.IsPost(http.Request.Method) && http.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none");
        var isHere = http.RequestServices.GetRequiredService<SiteOptions>().ShowsPagesAt(http.Request.Host);
        if (!isForged && isHere)
            return next(http);
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return http.Response.WriteAsync(isHere ? "Other sites must not post forms here." : "--pageHosts does not name this host.");
    }

    /// <summary>An amount in minor units as people write it.</summary>
    public static string Money(long amount, string currency)
    {
        var decimals = currency switch
        {
            "bif" or "clp" or "djf" or "gnf" or "jpy" or "kmf" or "krw" or "mga" or "pyg" or "rwf" or "vnd" or "vuv" or "xaf" or "xof" or "xpf" => 0,
            "bhd" or "iqd" or "jod" or "kwd" or "lyd" or "omr" or "tnd" => 3,
            _ => 2,
        };
        return $"{(amount / (decimal)Math.Pow(10, decimals)).ToString($"F{decimals}", CultureInfo.InvariantCulture)} {currency.ToUpperInvariant()}";
    }

    private static async Task<IResult> AuthenticateAsync(string id, string step, HttpRequest request, Books books, IServiceProvider services)
    {
        var back = books.WaitingAt(id, step)?.NextAction?.RedirectToUrl?.ReturnUrl;
        var decision = (await request.ReadFormAsync())["decision"].ToString();
        if (decision is not ("approve" or "decline"))
            return Results.BadRequest("decision must be approve or decline.");
        // Decided before, or canceled meanwhile: the page says so.
        if (books.Authenticate(id, step, decision == "approve") is not { } decided || back is null)
            return await AuthenticationPageAsync(id, step, services);
        return Results.Redirect(QueryHelpers.AddQueryString(back, new Dictionary<string, string?>
        {
            ["payment_intent"] = id,
            ["payment_intent_client_secret"] = decided.ClientSecret,
            ["redirect_status"] = decided.Status == "succeeded" ? "succeeded" : "failed",
        }));
    }

    private static Task<IResult> AuthenticationPageAsync(string id, string step, IServiceProvider services) =>
        PageAsync<AuthenticationPage>(services, new() { [nameof(AuthenticationPage.Id)] = id, [nameof(AuthenticationPage.Step)] = step });

    private static async Task<IResult> PageAsync<T>(IServiceProvider services, Dictionary<string, object?> parameters)
        where T : IComponent
    {
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(
            async () => (await renderer.RenderComponentAsync<T>(ParameterView.FromDictionary(parameters))).ToHtmlString());
        return Results.Content(html, "text/html; charset=utf-8");
    }

    /// <summary>Sets faults by JSON, and answers them; or by the form of the operator's page, and shows it.</summary>
    private static async Task<IResult> SetFaultsAsync(HttpRequest request, Faults faults)
    {
        var settings = new ConfigurationBuilder();
        try
        {
            if (request.HasFormContentType)
                settings.AddInMemoryCollection((await request.ReadFormAsync()).Select(field => KeyValuePair.Create(field.Key, (string?)field.Value.ToString())));
            else
                settings.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(await new StreamReader(request.Body).ReadToEndAsync())));
            faults.Set(settings.Build());
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or JsonException)
        {
            return Results.BadRequest(e.Message);
        }
        return request.HasFormContentType ? Results.LocalRedirect("/") : Results.Json(faults);
    }
}
