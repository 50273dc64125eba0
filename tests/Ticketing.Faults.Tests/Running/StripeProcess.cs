using System.Collections.Concurrent;
using Ticketing.Testing.Processes;

namespace Ticketing.Faults.Tests.Running;

/// <summary>Stripe's simulator as a process. Its books, and what goes wrong on purpose, outlive the process.</summary>
internal sealed class StripeProcess(RunEnvironment environment, Uri shop) : IAsyncDisposable
{
    private const string Name = "stripe";

    private readonly ConcurrentDictionary<string, string> _faults = new();
    private ChildProcess? _process;

    /// <summary>The account.</summary>
    public StripeAccount Account { get; } = new(environment.Stripe);

    public async Task StartAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = ChildProcess.Start(ChildProgram.Built(
            "StripeSimulator",
            [
                "--urls", $"{environment.Stripe}", "--books", Path.Combine(environment.Directory, "stripe.jsonl"),
                "--webhooks:url", $"{new Uri(shop, "/api/payments/webhooks/stripe")}", "--webhooks:secret", RunEnvironment.WebhookSecret,
                .. _faults.SelectMany(fault => new[] { $"--faults:{fault.Key}", fault.Value }),
            ]) with
        {
            OnLine = line => environment.Log(Name, line),
        });
        await _process.UntilAsync(() => _process.Output.Contains("Application started", StringComparison.Ordinal));
    }

    /// <summary><c>kill -9</c>, and a new start on its books.</summary>
    public async Task KillAsync(TimeSpan down)
    {
        await _process!.KillAsync();
        await Task.Delay(down);
        await StartAsync();
    }

    /// <summary>SIGSTOP, and SIGCONT after a while.</summary>
    public async Task FreezeAsync(TimeSpan time)
    {
        await _process!.SignalAsync("STOP");
        await Task.Delay(time);
        await _process!.SignalAsync("CONT");
    }

    /// <summary>Something goes wrong for a while.</summary>
    /// <param name="name">A fault of the simulator (docs/payments.md).</param>
    /// <param name="value">How.</param>
    /// <param name="otherwise">How it is when nothing goes wrong.</param>
    /// <param name="time">How long.</param>
    public async Task BreakAsync(string name, string value, string otherwise, TimeSpan time)
    {
        await SetAsync(name, value);
        await Task.Delay(time);
        await SetAsync(name, otherwise);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        Account.Dispose();
    }

    private Task SetAsync(string name, string value)
    {
        _faults[name] = value;
        return Account.SetFaultAsync(name, value);
    }
}
