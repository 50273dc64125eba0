using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Ticketing.Messaging;
using Ticketing.Payments.Gateway;

namespace Ticketing.Payments.Webhooks;

/// <summary>
/// Stripe's webhooks: checked, stored, answered, and handled after that. A webhook is a hint: what it leads to is a question to Stripe
/// (<see cref="ProviderInquiry"/>), so it may come twice, late, out of order or never.
/// </summary>
public static class StripeWebhooks
{
    /// <summary>Where they are sent to.</summary>
    public const string Path = "/api/payments/webhooks/stripe";

    private const int MaxBodySize = 256 * 1024;

    /// <summary>The service keeps events of the provider, and handles them.</summary>
    public static Service HearsOfProvider(this Service service) => service
        .Documents(ProviderEvent.Documents)
        .WhenDue<ProviderEvent, ProviderEvents>("due", (events, due, cancellation) => events.RunAsync(due, cancellation));

    /// <summary>Adds what handles them. Behind the runtime, so that it is stopped first: what it records is told.</summary>
    public static void AddStripeWebhooks(this IServiceCollection services)
    {
        services.AddSingleton<AskProvider>(p => p.GetRequiredService<ProviderInquiry>().AskAsync);
        services.AddSingleton<WebhookMetrics>().AddHostedService(p => p.GetRequiredService<WebhookMetrics>());
        services.AddSingleton<ProviderEvents>().AddHostedService(p => p.GetRequiredService<ProviderEvents>());
    }

    /// <summary>Maps <see cref="Path"/>, if there is a secret to check signatures with: without one, anybody could call it.</summary>
    public static void MapStripeWebhooks(this IEndpointRouteBuilder app)
    {
        var options = app.ServiceProvider.GetRequiredService<IOptions<StripeOptions>>().Value;
        if (options.WebhookSecrets.Count == 0)
            return;
        byte[][] secrets = [.. options.WebhookSecrets.Select(Encoding.UTF8.GetBytes)];
        // Only Stripe calls it, so it is in no description for users, and nobody is signed in.
        app.MapPost(Path, (HttpContext http, ProviderEvents events, WebhookMetrics metrics, TimeProvider time) =>
                ReceiveAsync(http, secrets, options.IsLive, events, metrics, time))
            .ExcludeFromDescription().WithMetadata(new RequestSizeLimitAttribute(MaxBodySize));
    }

    private static async Task<Results<Ok, ProblemHttpResult>> ReceiveAsync(
        HttpContext http, byte[][] secrets, bool isLive, ProviderEvents events, WebhookMetrics metrics, TimeProvider time)
    {
        var (isSigned, read) = await ReadAsync(http.Request, secrets, time.GetUtcNow(), http.RequestAborted);
        if (!isSigned)
        {
            metrics.Received("refused");
            return Refuse($"{StripeSignature.Header} must have a signature of the body (v1) that was made with the endpoint's secret in the last 5 minutes.");
        }
        if (read is not { } received)
        {
            metrics.Received("malformed");
            return Refuse("The body must be an event of Stripe's.");
        }
        if (received.IsLive != isLive)
        {
            metrics.Received("wrong_mode", received.Type);
            return Refuse($"livemode must be {(isLive ? "true" : "false")}, as the shop's key is a {(isLive ? "live" : "test")} key.");
        }
        // A charge without a PaymentIntent was not made by this shop.
        if (!received.IsHandled || received.IntentId is null)
        {
            metrics.Received("ignored", received.Type);
            return TypedResults.Ok();
        }
        // It goes on when Stripe hangs up: Stripe would only send it again.
        metrics.Received(await events.ReceiveAsync(received) ? "stored" : "duplicate", received.Type);
        return TypedResults.Ok();
    }

    /// <summary>Reads a body in the memory of its connection: it is checked and parsed where it lies.</summary>
    private static async ValueTask<(bool IsSigned, StripeEvent? Event)> ReadAsync(
        HttpRequest request, byte[][] secrets, DateTimeOffset now, CancellationToken cancellation)
    {
        var body = request.BodyReader;
        var read = await body.ReadAsync(cancellation);
        while (!read.IsCompleted)
        {
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await body.ReadAsync(cancellation);
        }
        try
        {
            return StripeSignature.IsValid(request.Headers[StripeSignature.Header].ToString(), read.Buffer, secrets, now)
                ? (true, StripeEvent.Read(read.Buffer))
                : (false, null);
        }
        finally
        {
            body.AdvanceTo(read.Buffer.End);
        }
    }

    private static ProblemHttpResult Refuse(string why) => TypedResults.Problem(why, statusCode: StatusCodes.Status400BadRequest);
}
