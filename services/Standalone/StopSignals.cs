using System.Runtime.InteropServices;

namespace Ticketing.Standalone;

/// <summary>The ways in which the launcher is asked to stop: Ctrl-C, SIGTERM, a terminal that closes, an owner that is gone.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations;

    public StopSignals()
    {
        _registrations = [.. Asking.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            _stop.Cancel();
        }))];

        // Whoever starts the launcher from a program, such as a test, can tie its life to a pipe as the services' lives are tied.
        if (StdinLifetime.IsWanted)
            new Thread(() =>
            {
                StdinLifetime.WaitForEnd();
                _stop.Cancel();
            })
            { IsBackground = true }.Start();
    }

    public static PosixSignal[] Asking { get; } = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    public CancellationToken Stop => _stop.Token;

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());
}
