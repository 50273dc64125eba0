using System.Text.Json.Serialization;
using Ticketing.Tools.Stripe.Pages;

namespace Ticketing.Tools.Stripe;

/// <summary>The program: Stripe's API, its webhooks, and pages for people.</summary>
public static class Simulator
{
    /// <summary>Makes a server.</summary>
    /// <param name="args">The command line: see docs/payments.md. ASP.NET Core's own options are taken, too.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidOperationException">An option is wrong.</exception>
    public static WebApplication Build(string[] args, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        var webhooks = builder.Configuration.GetSection("webhooks").Get<WebhookOptions>() ?? new();
        if (webhooks.Problem is { } problem)
            throw new InvalidOperationException(problem);
        var site = builder.Configuration.Get<SiteOptions>() ?? new();
        if (site.PublicUrl is not null && !Uri.IsWellFormedUriString(site.PublicUrl, UriKind.Absolute))
            throw new InvalidOperationException("publicUrl must be an absolute URL.");
        var faults = new Faults();
        faults.Set(builder.Configuration.GetSection("faults"));
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton(faults);
        builder.Services.AddSingleton(webhooks);
        builder.Services.AddSingleton(site);
        builder.Services.AddSingleton(services => new Books(
            builder.Configuration["books"], services.GetRequiredService<TimeProvider>(),
            new() { BankDelay = builder.Configuration.GetValue("bankDelay", new BooksOptions().BankDelay), IsDelivered = webhooks.IsEnabled }));
        builder.Services.AddSingleton<Api>();
        builder.Services.AddSingleton<Webhooks>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Webhooks>());
        builder.Services.AddHostedService<Banks>();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals);

        var app = builder.Build();
        // A file that cannot be read is told before anybody calls.
        app.Services.GetRequiredService<Books>();
        app.UseWhen(http => !IsForPrograms(http.Request.Path), people => people.Use(ForPeople.ProtectAsync));
        // As the services say it. There is nothing that it depends on.
        app.MapGet("/health", () => Results.Content("""{"status":"healthy","checks":{}}""", "application/json"));
        app.MapForPeople();
        app.Map("/v1/{**call}", app.Services.GetRequiredService<Api>().AnswerAsync);
        app.MapFallback(Api.NotFoundAsync);
        return app;
    }

    private static bool IsForPrograms(PathString path) => path.StartsWithSegments("/v1") || path.StartsWithSegments("/health");

    /// <summary>The banks do in their own time what they do.</summary>
    private sealed class Banks(Books books, TimeProvider time) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
                books.Settle();
        }
    }
}

/// <summary>Where people find the pages.</summary>
internal sealed class SiteOptions
{
    /// <summary>The address for browsers; null if it is the one that the API is called at.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>The names of this host that pages are shown at.</summary>
    public string PageHosts { get; set; } = "localhost;127.0.0.1;[::1]";

    public bool ShowsPagesAt(HostString host) =>
        PageHosts.Split(';').Contains(host.Host, StringComparer.OrdinalIgnoreCase)
        || (PublicUrl is not null && string.Equals(new Uri(PublicUrl).Host, host.Host, StringComparison.OrdinalIgnoreCase));

    public string UrlFor(HttpRequest request) => PublicUrl?.TrimEnd('/') ?? $"{request.Scheme}://{request.Host}";
}
