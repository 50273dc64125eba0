using System.Diagnostics;
using Ticketing.Standalone.Children;
using Ticketing.Standalone.Stores;

namespace Ticketing.Standalone.Dashboards;

/// <summary>The Aspire dashboard as a process: the CLI, and the server that it starts.</summary>
internal sealed class DashboardServer
{
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(50);

    private readonly string _frontend;
    private readonly Process _process;
    private readonly RecentLines _output = new();

    public DashboardServer(string program, string frontend, string grpc, string http)
    {
        _frontend = frontend;
        string[] command =
        [
            // In a session of its own, which Ctrl-C does not reach; asked to end when this process does, however that ends.
            .. OperatingSystem.IsLinux() ? ["setsid", "setpriv", "--pdeathsig=TERM"] : Array.Empty<string>(),
            program, "dashboard", "run", "--allow-anonymous", "--non-interactive", "--nologo",
            "--frontend-url", frontend, "--otlp-grpc-url", grpc, "--otlp-http-url", http,
        ];
        _process = Programs.Start(command, start =>
        {
            start.RedirectStandardOutput = start.RedirectStandardError = true;
            start.Environment["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "1";
            if (DashboardInstallation.HomeOf(program) is { } home)
                start.Environment["HOME"] = Directory.CreateDirectory(home).FullName;
        });
        // Worth reading only if it fails.
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <returns>Whether it serves; not if <paramref name="stop"/> came first.</returns>
    /// <exception cref="LaunchException">It ended.</exception>
    public bool WaitUntilReady(Task stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        while (!stop.Wait(PollPeriod))
            if (_process.HasExited)
                throw Ended();
            else if (Answers(http))
                return true;
        return false;
    }

    /// <exception cref="LaunchException">It ended before <paramref name="stop"/> did.</exception>
    public void WaitFor(Task stop)
    {
        if (Task.WaitAny(stop, _process.WaitForExitAsync()) != 0)
            throw Ended();
    }

    /// <summary>Ends the CLI and the server: they have nothing to lose.</summary>
    public void Kill()
    {
        if (OperatingSystem.IsLinux())
            Signals.Send(-_process.Id, Signals.Kill);
        else
            _process.Kill(entireProcessTree: true);
    }

    private LaunchException Ended() => new($"the Aspire dashboard ended with exit code {_process.ExitCode}{_output}");

    private bool Answers(HttpClient http)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _frontend);
            return http.Send(request).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
            _output.Add(line);
    }
}
