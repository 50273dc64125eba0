using System.Text.Json.Serialization;
using Ticketing.Documents;

namespace Ticketing.Testing.Documents;

/// <summary>A document with parts, to try stores with.</summary>
/// <param name="Title">Any text.</param>
/// <param name="Parts">Any bytes.</param>
public sealed record Roll(string Title, [property: JsonIgnore] IReadOnlyList<ReadOnlyMemory<byte>> Parts)
{
    /// <summary>The type.</summary>
    public static DocumentType<Roll> Type { get; } = new("rolls", RollJson.Default.Roll, new DocumentIndex<Roll>("title", roll => roll.Title))
    {
        Parts = new(roll => roll.Parts, roll => roll with { Parts = [] }, (roll, parts) => roll with { Parts = parts }),
    };

    /// <summary>Each part as a text.</summary>
    [JsonIgnore]
    public IEnumerable<string> Texts => Parts.Select(part => System.Text.Encoding.UTF8.GetString(part.Span));

    /// <summary>From JSON, which has no parts.</summary>
    [JsonConstructor]
    public Roll(string title)
        : this(title, [])
    {
    }
}

[JsonSerializable(typeof(Roll))]
internal sealed partial class RollJson : JsonSerializerContext;
