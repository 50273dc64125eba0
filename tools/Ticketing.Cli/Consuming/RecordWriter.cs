using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Confluent.Kafka;

namespace Ticketing.Cli;

/// <summary>How records are printed.</summary>
internal enum RecordFormat
{
    Text,
    Jsonl,
}

/// <summary>The option that says how.</summary>
internal static class RecordFormats
{
    public static Option<RecordFormat> Option(string description)
    {
        var option = new Option<RecordFormat>("--output", "-o") { Description = description, HelpName = "text|jsonl" };
        option.CompletionSources.Clear();
        option.CompletionSources.Add("text", "jsonl");
        return option;
    }
}

/// <summary>Prints records, many with one write. Bytes stay bytes: to make strings of all values would take most of the time.</summary>
internal sealed class RecordWriter(Stream output, string? group, Func<string, string> nameOf, RecordFormat format, bool indent, bool colors)
{
    private const int FullAt = 64 * 1024;

    /// <summary>A colour for each partition, by the codes of terminals.</summary>
    public static readonly int[] Palette = [36, 33, 32, 35, 34, 91, 96, 93, 92, 95, 94];

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Indented = Compact with { Indented = true };

    private readonly ArrayBufferWriter<byte> _buffer = new(2 * FullAt);

    public bool IsFull => _buffer.WrittenCount >= FullAt;

    public void Write(ConsumeResult<byte[]?, byte[]?> record)
    {
        if (format == RecordFormat.Jsonl)
            WriteJson(record);
        else
            WriteText(record);
        _buffer.Write("\n"u8);
    }

    /// <exception cref="IOException">Nobody reads it any more.</exception>
    public void Flush()
    {
        output.Write(_buffer.WrittenSpan);
        output.Flush();
        _buffer.ResetWrittenCount();
    }

    private void WriteText(ConsumeResult<byte[]?, byte[]?> record)
    {
        var partition = record.Partition.Value;
        var place = string.Create(CultureInfo.InvariantCulture, $"{(group is null ? "" : $"{group}: ")}[{nameOf(record.Topic)}] {partition}:{record.Offset.Value}");
        Append(colors ? $"\e[{Palette[partition % Palette.Length]}m{place}" : place);
        _buffer.Write(" "u8);
        AppendPrintable(record.Message.Key, "-");
        _buffer.Write(colors ? "\e[0m"u8 : []);
        if (indent && Parse(record.Message.Value) is { } json)
        {
            using (json)
            {
                _buffer.Write("\n"u8);
                using var writer = new Utf8JsonWriter(_buffer, Indented);
                json.RootElement.WriteTo(writer);
            }
            return;
        }
        _buffer.Write(" "u8);
        AppendPrintable(record.Message.Value, "null");
    }

    private void WriteJson(ConsumeResult<byte[]?, byte[]?> record)
    {
        using var writer = new Utf8JsonWriter(_buffer, Compact);
        writer.WriteStartObject();
        if (group is not null)
            writer.WriteString("group", group);
        writer.WriteString("topic", nameOf(record.Topic));
        writer.WriteNumber("partition", record.Partition.Value);
        writer.WriteNumber("offset", record.Offset.Value);
        writer.WriteString("time", record.Message.Timestamp.UtcDateTime);
        WriteBytes(writer, "key", record.Message.Key);
        if (record.Message.Headers.Count > 0)
        {
            writer.WriteStartObject("headers");
            foreach (var header in record.Message.Headers.GroupBy(header => header.Key).Select(same => same.Last()))
                WriteBytes(writer, header.Key, header.GetValueBytes());
            writer.WriteEndObject();
        }
        if (Parse(record.Message.Value) is { } json)
        {
            using (json)
            {
                // Not raw: it may have line breaks.
                writer.WritePropertyName("value");
                json.RootElement.WriteTo(writer);
            }
        }
        else
        {
            WriteBytes(writer, "value", record.Message.Value);
        }
        writer.WriteEndObject();
    }

    private static void WriteBytes(Utf8JsonWriter writer, string name, byte[]? bytes)
    {
        if (bytes is null)
            writer.WriteNull(name);
        else if (Utf8.IsValid(bytes))
            writer.WriteString(name, bytes);
        else
            writer.WriteBase64String($"{name}Base64", bytes);
    }

    // The producer of a number or a text alone may not have meant JSON.
    private static JsonDocument? Parse(byte[]? value)
    {
        if (value.AsSpan().TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..])
            return null;
        try
        {
            return JsonDocument.Parse(value);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void AppendPrintable(byte[]? bytes, string ifNull)
    {
        if (bytes is null)
            Append(ifNull);
        // 0xC2 begins the second group of control characters in UTF-8.
        else if (bytes.AsSpan().IndexOfAnyInRange((byte)0, (byte)0x1F) < 0 && bytes.AsSpan().IndexOfAny((byte)0x7F, (byte)0xC2) < 0 && Utf8.IsValid(bytes))
            _buffer.Write(bytes);
        else
            Append(Terminal.Printable(Encoding.UTF8.GetString(bytes)));
    }

    private void Append(string text) => Encoding.UTF8.GetBytes(text, _buffer);
}
