using System.Diagnostics;

namespace Ticketing.EndToEnd.Tests.Launching;

/// <summary>The launcher's program, built in the tests' own configuration.</summary>
internal static class LauncherProgram
{
    public static ProcessStartInfo StartInfo(
        int portBase, string runDirectory, string[] options, IEnumerable<(string Name, string Value)> settings)
    {
        // The tests lie beside it: artifacts/bin/PROJECT/CONFIGURATION/.
        var configuration = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.Combine(configuration.Parent!.Parent!.FullName, "Ticketing.Standalone", configuration.Name, "Ticketing.Standalone.dll");
        var start = new ProcessStartInfo("dotnet", [program, "--port-base", $"{portBase}", "--run-dir", runDirectory, .. options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TICKETING_STDIN_LIFETIME"] = "true";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return start;
    }
}
