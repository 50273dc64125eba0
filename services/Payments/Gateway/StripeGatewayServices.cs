using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;

namespace Ticketing.Payments.Gateway;

/// <summary>Registers Stripe's gateway.</summary>
public static class StripeGatewayServices
{
    // Stripe answers within seconds. What takes longer got lost.
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Payments go to Stripe, as <c>Payments:Stripe</c> says.</summary>
    public static void AddStripeGateway(this IServiceCollection services)
    {
        services.AddOptions<StripeOptions>().BindConfiguration("Payments:Stripe").ValidateOnStart();
        services.AddSingleton<IValidateOptions<StripeOptions>, StripeOptionsCheck>();
        // Spans and metrics tell of each call; half a dozen lines for each would hide what else is said.
        services.AddLogging(logging => logging.AddFilter("System.Net.Http.HttpClient.StripeGateway", LogLevel.Warning).AddFilter("Polly", LogLevel.Warning));
        // The gateway keeps its client, so the handler has to notice itself that Stripe's addresses change.
        services.AddHttpClient(nameof(StripeGateway), client => client.Timeout = Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler((handler, _) => handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddResilienceHandler("stripe", pipeline => pipeline
                // Stripe.net repeats what failed, but not what came too often. Every call that changes something has an idempotency key.
                .AddRetry(new HttpRetryStrategyOptions
                {
                    ShouldHandle = call => ValueTask.FromResult(call.Outcome.Result?.StatusCode == System.Net.HttpStatusCode.TooManyRequests),
                    MaxRetryAttempts = 3,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Delay = TimeSpan.FromMilliseconds(500),
                })
                .AddTimeout(AttemptTimeout));
        services.AddSingleton<IPaymentGateway, StripeGateway>();
    }

    private sealed class StripeOptionsCheck : IValidateOptions<StripeOptions>
    {
        public ValidateOptionsResult Validate(string? name, StripeOptions options) =>
            options.Problem is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;
    }
}
