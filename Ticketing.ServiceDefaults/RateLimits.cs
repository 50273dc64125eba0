using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ticketing.ServiceDefaults;

/// <summary>How often something may be done: so many times at once, and once more each period.</summary>
public sealed class RateLimit
{
    /// <summary>How many times at once, after a while without any.</summary>
    public int Burst { get; set; }

    /// <summary>After this time it can be done once more.</summary>
    public TimeSpan Period { get; set; }

    /// <summary>Whether it keeps its <see cref="Rule"/>.</summary>
    public bool IsValid => Burst > 0 && Period > TimeSpan.Zero;

    /// <summary>What the limit of this name must be.</summary>
    public static string Rule(string name) => $"{name}:Burst must be 1 or more, and {name}:Period longer than nothing.";

    /// <summary>The limit for one key, such as one caller.</summary>
    public RateLimitPartition<TKey> Of<TKey>(TKey key) => RateLimitPartition.GetTokenBucketLimiter(
        key, _ => new() { TokenLimit = Burst, TokensPerPeriod = 1, ReplenishmentPeriod = Period });
}

/// <summary>Settings under <c>RateLimits:</c>.</summary>
public sealed class RateLimitOptions
{
    /// <summary>How long a refused call waits for its answer. Callers who do not wait by themselves would otherwise take the processors from everyone else.</summary>
    public TimeSpan RefusalDelay { get; set; } = TimeSpan.FromSeconds(1);
}

/// <summary>
/// ASP.NET Core's rate limiter with answers that are problem details. Each instance counts for itself, and forgets a key when as much as possible is allowed
/// again. Which limits there are is each service's own rule.
/// </summary>
public static class RateLimits
{
    /// <summary>Adds the limiter, which a service uses after its defaults.</summary>
    /// <param name="services">The service's services.</param>
    /// <param name="add">Adds the policies, which endpoints require by name.</param>
    public static void AddRateLimits<TOptions>(this IServiceCollection services, Action<RateLimiterOptions, TOptions> add)
        where TOptions : class
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration("RateLimits")
            .Validate(options => options.RefusalDelay >= TimeSpan.Zero, "RateLimits:RefusalDelay must not be negative.").ValidateOnStart();
        services.AddRateLimiter(limiter => limiter.OnRejected = async (rejected, _) =>
            await (await rejected.HttpContext.TooManyAsync(rejected.Lease)).ExecuteAsync(rejected.HttpContext));
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<TOptions>>((limiter, options) => add(limiter, options.Value));
    }

    /// <summary>Adds a policy that limits each caller.</summary>
    /// <param name="limiter">The limiter.</param>
    /// <param name="policy">Its name.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="caller">Who calls.</param>
    public static void Add(this RateLimiterOptions limiter, string policy, RateLimit limit, Func<HttpContext, string> caller) =>
        limiter.AddPolicy(policy, http => limit.Of(caller(http)));

    /// <summary>429 for a call that was not allowed.</summary>
    public static async Task<ProblemHttpResult> TooManyAsync(this HttpContext http, RateLimitLease lease)
    {
        var delay = http.RequestServices.GetRequiredService<IOptions<RateLimitOptions>>().Value.RefusalDelay;
        await Task.Delay(delay, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        http.Response.RetryAfter(lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.Zero);
        return TypedResults.Problem(
            $"You made too many such calls. Try again in {http.Response.Headers.RetryAfter} s.", statusCode: StatusCodes.Status429TooManyRequests);
    }

    /// <summary>503 for a call that would have to wait for too many others.</summary>
    public static ProblemHttpResult Busy(this HttpResponse response)
    {
        response.RetryAfter(TimeSpan.Zero);
        return TypedResults.Problem("Too many calls are waiting. Nothing was changed; try again.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
