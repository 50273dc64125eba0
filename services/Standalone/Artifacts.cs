using System.Runtime.InteropServices;

namespace Ticketing.Standalone;

/// <summary>Where things are in the SDK's artifacts layout: <c>artifacts/bin/PROJECT/CONFIGURATION/</c>.</summary>
internal static class Artifacts
{
    private static readonly DirectoryInfo Configuration = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    private static string Bin => Configuration.Parent!.Parent!.FullName;

    public static string RunDirectory => Path.GetFullPath(Path.Combine(Bin, "..", "run"));

    /// <summary>The host that runs this very program, wherever it is installed and whatever PATH says.</summary>
    public static string DotnetHost { get; } = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    public static string Launcher => typeof(Artifacts).Assembly.Location;

    /// <summary>Whether the services were built with the MongoDB store, whose packages not every feed has.</summary>
    public static bool HaveMongoDb => File.Exists(Path.Combine(Path.GetDirectoryName(Service("Orders"))!, "Ticketing.Documents.MongoDb.dll"));

    /// <summary>A service's program, built in the launcher's own configuration.</summary>
    public static string Service(string project) => Path.Combine(Bin, project, Configuration.Name, $"{project}.dll");
}
