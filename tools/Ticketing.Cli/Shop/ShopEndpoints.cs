using System.CommandLine;
using System.Text.Json;

namespace Ticketing.Cli;

/// <summary>Where the services of a shop listen: the <c>endpoints.json</c> that the AppHost writes, or a file like it.</summary>
internal sealed class ShopEndpoints
{
    public static readonly Option<string?> FileOption = new("--endpoints")
    {
        Description = "Where the services are: the endpoints.json of a shop that runs, or a file like it. "
            + $"Without it: {Variable} in the environment, or {DefaultFile} here or in a folder above.",
        HelpName = "FILE",
    };

    private const string Variable = "TICKETING_ENDPOINTS";
    private const string DefaultFile = "artifacts/run/endpoints.json";

    // They are in the file as well, and are no services.
    private static readonly string[] Others = ["kafka", "dashboard", "stripe"];

    private readonly Dictionary<string, Uri> _services;

    private ShopEndpoints(Dictionary<string, Uri> services) => _services = services;

    /// <summary>The names of the services.</summary>
    public IEnumerable<string> Services => _services.Keys;

    /// <exception cref="CliException">There is no file, or it says something else.</exception>
    public static ShopEndpoints From(ParseResult arguments)
    {
        var file = arguments.GetValue(FileOption) ?? Environment.GetEnvironmentVariable(Variable) ?? FindDefault()
            ?? throw new CliException("No shop is named", $"start one with './dev up', or --endpoints FILE, or {Variable} in the environment", ExitCode.Usage);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            // Any instance answers any call, so the further ones (orders-2) are left out.
            return new(json.RootElement.EnumerateObject()
                .Where(one => !Others.Contains(one.Name) && !one.Name.Contains('-', StringComparison.Ordinal))
                .ToDictionary(one => one.Name, one => new Uri(one.Value.GetString()!)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException($"There is no file '{file}'", "does the shop run? './dev up' starts one", ExitCode.Usage);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"'{file}' cannot be read: {e.Message}", exitCode: ExitCode.Usage);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or UriFormatException or ArgumentNullException)
        {
            throw new CliException($"'{file}' does not say where services are", """it is {"orders":"http://127.0.0.1:5103",…}""", ExitCode.Usage);
        }
    }

    /// <exception cref="CliException">There is no such service.</exception>
    public Uri UrlOf(string service) => _services.TryGetValue(service, out var url)
        ? url : throw new CliException($"There is no service '{service}'", $"there are {string.Join(", ", _services.Keys)}", ExitCode.Usage);

    private static string? FindDefault()
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, DefaultFile) is var file && File.Exists(file))
                return file;
        return null;
    }
}
