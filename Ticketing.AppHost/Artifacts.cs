using System.Runtime.InteropServices;

namespace Ticketing.AppHost;

/// <summary>Where built programs are, in the SDK's artifacts layout: <c>artifacts/bin/PROJECT/CONFIGURATION/</c>.</summary>
internal static class Artifacts
{
    private static readonly DirectoryInfo Configuration = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    private static string Bin => Configuration.Parent!.Parent!.FullName;

    public static string RunDirectory => Path.GetFullPath("../run", Bin);

    /// <summary>The .NET host that runs this very program, wherever it is installed and whatever PATH says.</summary>
    public static string DotnetHost { get; } = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>A project's program, built in this program's own configuration.</summary>
    public static string Program(string project) => Path.Combine(Bin, project, Configuration.Name, $"{project}.dll");

    /// <summary>A debugger starts a project itself. Otherwise the program that was built is started, without a 'dotnet run' beside each.</summary>
    public static IResourceBuilder<ProjectResource> RunBuilt(this IResourceBuilder<ProjectResource> project)
    {
        if (project.ApplicationBuilder.Configuration["DEBUG_SESSION_PORT"] is not null)
            return project;
        var program = Program(Path.GetFileNameWithoutExtension(project.Resource.GetProjectMetadata().ProjectPath));
        if (!File.Exists(program))
            throw new LaunchException($"{project.Resource.Name} is not built: there is no {program}.");
        return project
            .WithAnnotation(new ExecutableAnnotation { Command = DotnetHost, WorkingDirectory = Path.GetDirectoryName(program)! })
            .WithArgs(program);
    }
}
