using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ticketing.Tickets;

/// <summary>Sales as one JSON string.</summary>
internal sealed class SalesJsonConverter : JsonConverter<Sales>
{
    public override Sales Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return SalesText.Decode(Encoding.UTF8.GetBytes(reader.GetString()!)).Aggregate(Sales.None, (sales, sale) => sales.Add(sale.Key, sale.Value));
        }
        catch (Exception e) when (e is not JsonException)
        {
            throw new JsonException("These are no sales.", e);
        }
    }

    public override void Write(Utf8JsonWriter writer, Sales value, JsonSerializerOptions options) => writer.WriteStringValue(value.Utf8);
}
