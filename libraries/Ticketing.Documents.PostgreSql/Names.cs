using System.Text.RegularExpressions;

namespace Ticketing.Documents.PostgreSql;

/// <summary>The names of schemas, tables and indexes.</summary>
internal static partial class Names
{
    /// <summary>A name that means the same with and without quotes, and short enough to have something added.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static string Check(string name) => Plain().IsMatch(name)
        ? name
        : throw new ArgumentException($"'{name}' does not name a schema, table or index: lower case letters, digits, underscores, at most 30.");

    /// <summary>Quoted, as some plain names are words of SQL.</summary>
    public static string Quote(string name) => $"\"{name}\"";

    /// <summary>The name of the table of a type's unpublished events.</summary>
    public static string Outbox(string type) => $"{type}_outbox";

    /// <summary>The name of the table of a type's parts.</summary>
    public static string Parts(string type) => $"{type}_parts";

    /// <summary>The name of a type's index.</summary>
    public static string Index(string type, string index) => $"{type}_key_{index}";

    [GeneratedRegex(@"^[a-z_][a-z0-9_]{0,29}\z")]
    private static partial Regex Plain();
}
