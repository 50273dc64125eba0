using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// Runs every health check again and again, one at a time of each, and remembers what it said. Whoever asks is answered from memory: a check
/// of something that is frozen takes as long as it likes, and keeps nobody waiting.
/// </summary>
internal sealed class HealthProbe(
    IOptions<HealthCheckServiceOptions> options, IServiceProvider services, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    // Together: so soon is known what is away, frozen or not.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    // What is not well is waited for.
    private static readonly TimeSpan PeriodWhileDegraded = TimeSpan.FromMilliseconds(500);

    private readonly Probed[] _checks = [.. options.Value.Registrations.Select(registration => new Probed(registration))];

    /// <summary>What is known now of the checks that are asked for.</summary>
    public HealthReport Report(Func<HealthCheckRegistration, bool>? predicate) => new(
        _checks.Where(check => predicate?.Invoke(check.Registration) != false).ToDictionary(check => check.Registration.Name, Report), TimeSpan.Zero);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not when its turn comes: a client must not be disposed of while it is asked.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        await Task.WhenAll(_checks.Select(check => RunAsync(check, stop.Token)));
    }

    private HealthReportEntry Report(Probed check)
    {
        if (check.Last is not { } last)
            return new(check.Registration.FailureStatus, "It has not answered yet.", TimeSpan.Zero, null, null);
        var age = time.GetElapsedTime(last.At);
        var data = new Dictionary<string, object> { [Health.Age] = age };
        return age > Period + Patience
            ? new(check.Registration.FailureStatus, "It does not answer.", age, null, data)
            : new(last.Result.Status, last.Result.Description, last.Duration, last.Result.Exception, data);
    }

    private async Task RunAsync(Probed check, CancellationToken stopping)
    {
        var context = new HealthCheckContext { Registration = check.Registration };
        while (!stopping.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            HealthCheckResult result;
            try
            {
                result = await check.Registration.Factory(services).CheckHealthAsync(context, stopping);
            }
            // Whatever it is: the dependency is away.
            catch (Exception e)
            {
                result = new(check.Registration.FailureStatus, e.Message, e);
            }
            check.Last = new(result, time.GetElapsedTime(started), time.GetTimestamp());
            await Task.Delay(result.Status == HealthStatus.Healthy ? Period : PeriodWhileDegraded, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed class Probed(HealthCheckRegistration registration)
    {
        private volatile Seen? _last;

        public HealthCheckRegistration Registration => registration;

        public Seen? Last
        {
            get => _last;
            set => _last = value;
        }
    }

    private sealed record Seen(HealthCheckResult Result, TimeSpan Duration, long At);
}

/// <summary>Takes the place of the framework's own, which runs the checks when it is asked.</summary>
internal sealed class ProbedHealthCheckService(HealthProbe probe) : HealthCheckService
{
    public override Task<HealthReport> CheckHealthAsync(
        Func<HealthCheckRegistration, bool>? predicate, CancellationToken cancellationToken = default) => Task.FromResult(probe.Report(predicate));
}
