using System.Text;
using System.Text.Json;
using Confluent.Kafka;

namespace Ticketing.Cli;

/// <summary>Which records are shown: those with this key, and with these fields in their JSON.</summary>
internal sealed class RecordFilter
{
    private readonly byte[]? _key;
    private readonly IReadOnlyList<(string[] Path, string Value)> _fields;

    /// <param name="key">The key; null is any.</param>
    /// <param name="where">Each <c>FIELD=VALUE</c>; a field within another has a dot.</param>
    public RecordFilter(string? key, IEnumerable<string> where)
    {
        _key = key is null ? null : Encoding.UTF8.GetBytes(key);
        _fields = [.. where.Select(one => one.Split('=', 2)).Select(parts => (parts[0].Split('.'), parts[1]))];
    }

    public bool Matches(Message<byte[]?, byte[]?> record)
    {
        if (_key is not null && !_key.AsSpan().SequenceEqual(record.Key))
            return false;
        if (_fields.Count == 0)
            return true;
        if (record.Value is null)
            return false;
        try
        {
            using var json = JsonDocument.Parse(record.Value);
            return _fields.All(field => Has(json.RootElement, field.Path, field.Value));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Has(JsonElement element, string[] path, string value)
    {
        foreach (var name in path)
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return false;
        return (element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText()) == value;
    }
}
