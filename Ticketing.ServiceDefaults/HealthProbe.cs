using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// Runs health checks when somebody asks for them, one at a time of each, and remembers what they said for a moment. A check of something that
/// is frozen takes as long as it likes: whoever asks waits until it is <see cref="Patience"/> old, and not at all after that.
/// </summary>
internal sealed class HealthProbe(
    IOptions<HealthCheckServiceOptions> options, IServiceProvider services, IHostApplicationLifetime lifetime, TimeProvider time)
    : HealthCheckService, IHostedService
{
    // Together with the period, a second: so soon is known what is away, frozen or not.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private readonly Probed[] _checks = [.. options.Value.Registrations.Select(registration => new Probed(registration))];

    public override async Task<HealthReport> CheckHealthAsync(
        Func<HealthCheckRegistration, bool>? predicate, CancellationToken cancellationToken = default)
    {
        var checks = _checks.Where(check => predicate?.Invoke(check.Registration) != false).ToArray();
        await Task.WhenAll(checks.Select(check => AskAsync(check, cancellationToken)));
        return new(checks.ToDictionary(check => check.Registration.Name, Report), TimeSpan.Zero);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A client must not be disposed of while it is asked.</summary>
    public async Task StopAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_checks.Select(check => check.Run)).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task AskAsync(Probed check, CancellationToken cancellation)
    {
        var stopping = lifetime.ApplicationStopping;
        Task run;
        lock (check)
        {
            var isOld = check.Last is not { } last || time.GetElapsedTime(last.At) > Period;
            if (isOld && check.Run.IsCompleted && !stopping.IsCancellationRequested)
                (check.Begun, check.Run) = (time.GetTimestamp(), Task.Run(() => RunAsync(check, stopping), CancellationToken.None));
            run = check.Run;
        }
        if (!run.IsCompleted && Patience - time.GetElapsedTime(check.Begun) is var left && left > TimeSpan.Zero)
            await run.WaitAsync(left, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
        HealthCheckResult result;
        try
        {
            result = await check.Registration.Factory(services).CheckHealthAsync(new() { Registration = check.Registration }, stopping);
        }
        // Whatever it is: the dependency is away.
        catch (Exception e)
        {
            result = new(check.Registration.FailureStatus, e.Message, e);
        }
        check.Last = new(result, time.GetElapsedTime(check.Begun), time.GetTimestamp());
    }

    /// <summary>A check, its last run and what that said. A run begins under its lock.</summary>
    private sealed class Probed(HealthCheckRegistration registration)
    {
        private volatile Seen? _last;

        public HealthCheckRegistration Registration => registration;

        public Task Run { get; set; } = Task.CompletedTask;

        public long Begun { get; set; }

        public Seen? Last
        {
            get => _last;
            set => _last = value;
        }
    }

    private sealed record Seen(HealthCheckResult Result, TimeSpan Duration, long At);
}
