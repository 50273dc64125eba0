using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ticketing.Cli;

/// <summary>Reads JSON whose fields may be missing.</summary>
internal static class Json
{
    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonSerializerOptions Compact { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A field as text; null if there is none.</summary>
    public static string? Text(this JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => null,
        _ => value.GetRawText(),
    };

    /// <summary>A text as JSON; null if it is none, or a number or a text alone, which may not be meant as JSON.</summary>
    public static JsonElement? Parse(string? text)
    {
        if (text.AsSpan().TrimStart() is not ['{' or '[', ..])
            return null;
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(text!);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
