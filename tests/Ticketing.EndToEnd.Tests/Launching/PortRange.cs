namespace Ticketing.EndToEnd.Tests.Launching;

/// <summary>Ports for one launcher.</summary>
internal static class PortRange
{
    public const int Size = 10;

    /// <summary>A base so that it and the ports after it are free now, and not given to another test.</summary>
    public static int Base() => FreePorts.Take(Size + 1);
}
