using System.Text.Json.Nodes;

namespace Ticketing.Standalone;

/// <summary>
/// <c>endpoints.json</c>: where everything listens, for scripts and tests. It is there exactly while everything is up,
/// and appears whole, so whoever waits for the file needs no other sign.
/// </summary>
internal sealed class EndpointsFile : IDisposable
{
    private readonly string _path;

    public EndpointsFile(string runDirectory)
    {
        _path = Path.Combine(runDirectory, "endpoints.json");
        File.Delete(_path);
    }

    public void Write(IEnumerable<ServiceInstance> services, string kafka, string? dashboard)
    {
        var endpoints = new JsonObject();
        foreach (var service in services)
            endpoints[service.Name] = service.Url;
        endpoints["kafka"] = kafka;
        if (dashboard is not null)
            endpoints["dashboard"] = dashboard;

        var unfinished = $"{_path}.{Environment.ProcessId}";
        File.WriteAllText(unfinished, endpoints.ToJsonString() + "\n");
        File.Move(unfinished, _path, overwrite: true);
    }

    public void Dispose() => File.Delete(_path);
}
