namespace Ticketing.AppHost;

/// <summary>What one instance may use, the same wherever it is deployed.</summary>
/// <param name="Cpus">Cores.</param>
/// <param name="MemoryMib">Memory in MiB; .NET keeps its heap within three quarters of it.</param>
internal sealed record Limits(double Cpus, int MemoryMib)
{
    public static Limits Service { get; } = new(1, 512);

    public static Limits Server { get; } = new(2, 1536);
}
