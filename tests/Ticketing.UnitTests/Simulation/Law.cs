namespace Ticketing.UnitTests.Simulation;

/// <summary>Something happened that never must.</summary>
internal sealed class BrokenLawException(string law) : Exception(law);

/// <summary>What must hold.</summary>
internal static class Law
{
    public static void Check(bool holds, string law)
    {
        if (!holds)
            throw new BrokenLawException(law);
    }
}
