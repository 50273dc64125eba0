using System.Globalization;

namespace Ticketing.Benchmarks.Logs;

/// <summary>How fast the services log, and what they say of it (<c>tests/Ticketing.LogNoise</c>).</summary>
internal sealed class LogNoise : IDisposable
{
    private static readonly string[] Variables = ["DOTNET_STARTUP_HOOKS", "TICKETING_LOG_NOISE", "Logging__Kafka__LogLevel__Noise", "Logging__Console__LogLevel__Noise"];

    private readonly string _folder = Directory.CreateTempSubdirectory("ticketing-noise-").FullName;

    /// <summary>What this process starts from now on can be made to log. Only to Kafka: lines of a console would cost more than what is measured.</summary>
    public LogNoise()
    {
        Set(0);
        foreach (var (name, value) in Variables.Zip([ChildProgram.BuiltPath("Ticketing.LogNoise"), _folder, "Trace", "None"]))
            Environment.SetEnvironmentVariable(name, value);
    }

    /// <summary>How many services have told something.</summary>
    public int Services => Directory.GetFiles(_folder, "*.counts").Length;

    /// <summary>So many records a second from each service, a moment from now on.</summary>
    public void Set(int rate) => File.WriteAllText(Path.Combine(_folder, "rate"), rate.ToString(CultureInfo.InvariantCulture));

    /// <summary>What all services say, as of less than a second ago.</summary>
    public Dictionary<string, long> Read() => Directory.GetFiles(_folder, "*.counts").SelectMany(File.ReadLines).Select(line => line.Split(' '))
        .GroupBy(line => line[0], line => long.Parse(line[1], CultureInfo.InvariantCulture)).ToDictionary(same => same.Key, same => same.Sum());

    public void Dispose()
    {
        foreach (var name in Variables)
            Environment.SetEnvironmentVariable(name, null);
        Directory.Delete(_folder, recursive: true);
    }
}
