using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ticketing.Faults.Tests.Checking;

/// <summary>The seats that a ticket sold, by order, as Tickets stores them: "order order*seats", with GUIDs in Base64, other ids behind "=".</summary>
internal sealed class SalesConverter : JsonConverter<Dictionary<string, int>>
{
    public override Dictionary<string, int> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(sale => sale.Split('*')).ToDictionary(
            sale => sale[0][0] == '=' ? Uri.UnescapeDataString(sale[0][1..]) : new Guid(Base64Url.DecodeFromChars(sale[0]), bigEndian: true).ToString(),
            sale => sale.Length == 1 ? 1 : int.Parse(sale[1], CultureInfo.InvariantCulture));

    public override void Write(Utf8JsonWriter writer, Dictionary<string, int> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("The checker only reads.");
}
