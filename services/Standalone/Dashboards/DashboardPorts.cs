namespace Ticketing.Standalone.Dashboards;

/// <summary>Where the dashboard listens: its pages on the base of all ports, which no service uses; OTLP behind the last service.</summary>
internal sealed record DashboardPorts(int PortBase, int LastService)
{
    /// <summary>How many it needs behind the last service.</summary>
    public const int Behind = 2;

    public string Frontend => Url(PortBase);

    public string Grpc => Url(LastService + 1);

    public string Http => Url(LastService + 2);

    public IEnumerable<(int Port, string Use)> Uses => [(PortBase, Dashboard.Name), (LastService + 1, Dashboard.Name), (LastService + 2, Dashboard.Name)];

    private static string Url(int port) => $"http://127.0.0.1:{port}";
}
