using System.Collections.Concurrent;
using System.Diagnostics;

namespace Ticketing.Testing.Brokers;

/// <summary>
/// A run of the Kafka script that ends with this process, even if that is killed: a shell between the two waits for the end of its
/// input, which comes when the other end of the pipe is gone, and then stops the script.
/// </summary>
internal sealed class KafkaProcess : IAsyncDisposable
{
    // A shell gives its background jobs no input, so theirs is passed on as another descriptor.
    private const string Guard = """
        exec 3<&0
        "$0" "$@" 3<&- & script=$!
        trap '' INT TERM
        { cat <&3 >/dev/null 2>&1; kill "$script" 2>/dev/null; } & guard=$!
        exec 3<&-
        wait "$script"; status=$?
        kill "$guard" 2>/dev/null
        exit "$status"
        """;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private KafkaProcess(Process process) => _process = process;

    public static KafkaProcess Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("bash", ["-c", Guard, KafkaTool.Path!, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = new KafkaProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        process.Listen();
        return process;
    }

    /// <summary>What the script says when its brokers serve: their addresses.</summary>
    public async Task<string> ReadyAsync(TimeSpan timeout)
    {
        var exit = _process.WaitForExitAsync();
        if (await Task.WhenAny(_ready.Task, exit).WaitAsync(timeout) == exit)
            throw new InvalidOperationException($"Kafka did not start: {string.Join(Environment.NewLine, _output)}");
        return await _ready.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        _process.Dispose();
    }

    private void Listen()
    {
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Note(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        if (line.StartsWith("ready ", StringComparison.Ordinal))
            _ready.TrySetResult(line["ready ".Length..]);
    }
}
