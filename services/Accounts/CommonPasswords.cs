using System.Collections.Frozen;

namespace Ticketing.Accounts;

/// <summary>Passwords that guessers try first. <c>CommonPasswords/README.md</c> says where the list is from.</summary>
public static class CommonPasswords
{
    private static readonly Lazy<FrozenSet<string>> All = new(Read);

    /// <summary>Whether it is one of them, in upper or lower case.</summary>
    public static bool Contain(string password) => All.Value.Contains(password);

    private static FrozenSet<string> Read()
    {
        using var list = new StreamReader(typeof(CommonPasswords).Assembly.GetManifestResourceStream("common-passwords.txt")!);
        return list.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }
}
