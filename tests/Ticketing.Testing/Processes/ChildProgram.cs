namespace Ticketing.Testing.Processes;

/// <summary>A program to start.</summary>
/// <param name="Path">The program, or its name on the PATH.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record ChildProgram(string Path, params IReadOnlyList<string> Arguments)
{
    /// <summary>Variables besides those of this process, or in their place.</summary>
    public IEnumerable<(string Name, string? Value)> Environment { get; init; } = [];

    /// <summary>Where it runs; where this process does unless said otherwise.</summary>
    public string Directory { get; init; } = "";

    /// <summary>The signal that asks it to stop.</summary>
    public string StopSignal { get; init; } = "TERM";

    /// <summary>Gets each line of its output, besides <see cref="ChildProcess.Output"/>.</summary>
    public Action<string>? OnLine { get; init; }

    /// <summary>A program of this repository, in the configuration that the tests were built in. The test project must build it.</summary>
    public static ChildProgram Built(string project, params IReadOnlyList<string> arguments) => new("dotnet", [BuiltPath(project), .. arguments]);

    /// <summary>The assembly of a project that was built with the tests: <c>artifacts/bin/PROJECT/CONFIGURATION/PROJECT.dll</c>.</summary>
    public static string BuiltPath(string project)
    {
        var configuration = new DirectoryInfo(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return System.IO.Path.Combine(configuration.Parent!.Parent!.FullName, project, configuration.Name, $"{project}.dll");
    }

    /// <inheritdoc/>
    public override string ToString() => $"'{string.Join(' ', [Path, .. Arguments])}'";
}
