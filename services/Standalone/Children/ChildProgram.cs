using System.Diagnostics;

namespace Ticketing.Standalone.Children;

/// <summary>A .NET program to run as a child, its standard streams in our hands.</summary>
internal sealed record ChildProgram(
    string Name, string Path, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    public ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(Artifacts.DotnetHost, [Path, .. Arguments])
        {
            // ASP.NET looks for appsettings.json in the working directory.
            WorkingDirectory = System.IO.Path.GetDirectoryName(Path),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return start;
    }
}
