using System.Text.Json.Serialization;
using Ticketing.Documents;

namespace Ticketing.Testing.Documents;

/// <summary>A document with parts, to try stores with.</summary>
/// <param name="Title">Any text.</param>
[method: JsonConstructor]
public sealed record Roll(string Title)
{
    private readonly IReadOnlyList<ReadOnlyMemory<byte>>? _parts;

    /// <summary>With its parts.</summary>
    public Roll(string title, IReadOnlyList<ReadOnlyMemory<byte>> parts)
        : this(title) => _parts = parts;

    /// <summary>The type.</summary>
    public static DocumentType<Roll> Type { get; } = new("rolls", RollJson.Default.Roll, new DocumentIndex<Roll>("title", roll => roll.Title))
    {
        Parts = new(roll => roll.Parts, (roll, parts) => roll with { Parts = parts! }),
    };

    /// <summary>Any bytes.</summary>
    [JsonIgnore]
    public IReadOnlyList<ReadOnlyMemory<byte>> Parts
    {
        get => _parts ?? throw new InvalidOperationException("The parts were not read.");
        init => _parts = value;
    }

    /// <summary>Each part as a text.</summary>
    [JsonIgnore]
    public IEnumerable<string> Texts => Parts.Select(part => System.Text.Encoding.UTF8.GetString(part.Span));
}

[JsonSerializable(typeof(Roll))]
internal sealed partial class RollJson : JsonSerializerContext;
