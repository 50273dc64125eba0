namespace Ticketing.Cli;

/// <summary>The lines that were typed before: the last of them, in a file that only their user can read.</summary>
internal sealed class PromptHistory
{
    private const int Most = 1000;

    // The file has so many more at most, as it is written anew only now and then.
    private const int Spare = 100;

    private const int Longest = 10_000;

    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly List<string> _lines = [];

    // Null if there is no place for it, or it cannot be used.
    private string? _file;
    private int _inFile;

    /// <summary>Reads it. Where that is not possible, there is one as long as this lives.</summary>
    public PromptHistory()
    {
        if (OperatingSystem.IsWindows() || Folder() is not { } folder)
            return;
        try
        {
            Directory.CreateDirectory(folder, Own | UnixFileMode.UserExecute);
            _file = Path.Combine(folder, "produce-history");
            if (!File.Exists(_file))
                return;
            File.SetUnixFileMode(_file, Own);
            var lines = File.ReadAllLines(_file);
            _inFile = lines.Length;
            _lines.AddRange(lines.TakeLast(Most));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _file = null;
        }
    }

    public IReadOnlyList<string> Lines => _lines;

    public void Add(string line)
    {
        if (line.Length is 0 or > Longest || (_lines.Count > 0 && _lines[^1] == line))
            return;
        _lines.Add(line);
        if (_file is null)
            return;
        try
        {
            var isCut = _inFile >= Most + Spare;
            if (isCut)
                _lines.RemoveRange(0, Math.Max(0, _lines.Count - Most));
            var options = new FileStreamOptions { Mode = isCut ? FileMode.Create : FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = Own;
            using var writer = new StreamWriter(_file, options);
            foreach (var one in isCut ? _lines : [line])
                writer.Write($"{one}\n");
            _inFile = isCut ? _lines.Count : _inFile + 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _file = null;
        }
    }

    // https://specifications.freedesktop.org/basedir-spec: a relative path is to be ignored.
    private static string? Folder()
    {
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (state is null || !Path.IsPathRooted(state))
            state = Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".local", "state") : null;
        return state is null ? null : Path.Combine(state, "ticketing");
    }
}
