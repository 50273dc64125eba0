using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ticketing.ServiceDefaults;

/// <summary>Reads a decimal only if it can hold the number that the caller sent. The serializer's own reader rounds what has too many digits.</summary>
internal sealed class ExactDecimal : JsonConverter<decimal>
{
    private const NumberStyles JsonNumber = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number)
            throw new JsonException();
        var text = Encoding.ASCII.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
        return decimal.TryParse(text, JsonNumber, CultureInfo.InvariantCulture, out var number)
            && Digits(text) == Digits(number.ToString(CultureInfo.InvariantCulture))
            ? number : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value);

    /// <summary>The significant digits.</summary>
    private static string Digits(string number) =>
        number.Split('e', 'E')[0].Replace(".", "", StringComparison.Ordinal).Trim('+', '-', '0');
}
