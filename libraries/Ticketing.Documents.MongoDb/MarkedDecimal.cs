using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ticketing.Documents.MongoDb;

/// <summary>
/// Writes a decimal with the exponent <c>E0</c>, as no other number is: so 12.50 and 12 are told from a double and an integer, and every
/// amount is stored as the same type, Decimal128.
/// </summary>
internal sealed class MarkedDecimal : JsonConverter<decimal>
{
    private const string Mark = "E0";

    /// <summary>The decimal that a JSON number is, if it is one.</summary>
    public static decimal? Parse(ReadOnlySpan<byte> number) => number.EndsWith("E0"u8)
        ? decimal.Parse(number[..^Mark.Length], NumberStyles.Number, CultureInfo.InvariantCulture)
        : null;

    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDecimal();

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteRawValue(Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture) + Mark), skipInputValidation: true);
}
