using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Ticketing.Faults.Tests.Checking;

/// <summary>
/// Seats that an order has, as Tickets stores them: "*seats@buyer$price!dispute", with GUIDs in Base64 and other ids behind "=". What is missing is one seat,
/// a buyer or a price that nobody kept, and a dispute that there is not. A dispute is its letter, the order's version, and "#" if the seats are blocked.
/// </summary>
[JsonConverter(typeof(SeatsConverter))]
public readonly partial record struct SeatsOfOrder(int Count, string? BuyerId = null, decimal? UnitPrice = null, string? Dispute = null)
{
    public static SeatsOfOrder Of(Match text) => new(
        text.Groups["seats"] is { Success: true } seats ? int.Parse(seats.Value, CultureInfo.InvariantCulture) : 1,
        text.Groups["buyer"] is { Success: true } buyer ? IdOf(buyer.Value) : null,
        text.Groups["price"] is { Success: true } price ? decimal.Parse(price.Value, CultureInfo.InvariantCulture) : null,
        text.Groups["dispute"].Value switch { "d" => "disputed", "w" => "dispute_won", "l" => "dispute_lost", _ => null });

    public static string IdOf(string text) =>
        text[0] == '=' ? Uri.UnescapeDataString(text[1..]) : new Guid(Base64Url.DecodeFromChars(text), bigEndian: true).ToString();

    /// <summary>An order, which may be missing, and its seats.</summary>
    [GeneratedRegex(@"^(?<order>[^*@$!]+)?(\*(?<seats>[0-9]+))?(@(?<buyer>[^*@$!]+))?(\$(?<price>[0-9.]+))?(!(?<dispute>[dwl])[0-9]+#?)?\z")]
    public static partial Regex Form();
}

/// <summary>Held seats. They are a number if no more is known of them.</summary>
internal sealed class SeatsConverter : JsonConverter<SeatsOfOrder>
{
    public override SeatsOfOrder Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? new(reader.GetInt32()) : SeatsOfOrder.Of(SeatsOfOrder.Form().Match(reader.GetString()!));

    public override void Write(Utf8JsonWriter writer, SeatsOfOrder value, JsonSerializerOptions options) =>
        throw new NotSupportedException("The checker only reads.");
}

/// <summary>The seats that a ticket sold, by order: one sale behind the other, with spaces between them.</summary>
internal sealed class SalesConverter : JsonConverter<Dictionary<string, SeatsOfOrder>>
{
    public override Dictionary<string, SeatsOfOrder> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(sale => SeatsOfOrder.Form().Match(sale))
            .ToDictionary(sale => SeatsOfOrder.IdOf(sale.Groups["order"].Value), SeatsOfOrder.Of);

    public override void Write(Utf8JsonWriter writer, Dictionary<string, SeatsOfOrder> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("The checker only reads.");
}
