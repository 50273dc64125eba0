namespace Ticketing.Standalone;

/// <summary>
/// A process that lives as long as its standard input is open. The system closes the pipe when the parent ends,
/// by whatever means, so no child can outlive it.
/// </summary>
internal static class StdinLifetime
{
    public const string Variable = "TICKETING_STDIN_LIFETIME";

    public static bool IsWanted => Environment.GetEnvironmentVariable(Variable) == "true";

    public static void WaitForEnd()
    {
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }
    }
}
