using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ticketing.Tickets;

/// <summary>Seats of a ticket that are an order's.</summary>
/// <param name="Count">How many, 1 or more.</param>
/// <param name="BuyerId">Whose order it is; null if they were stored before Tickets kept that.</param>
/// <param name="UnitPrice">What one of them cost, if they are paid; null if they were stored before Tickets kept that.</param>
/// <param name="Dispute">Their buyer's dispute with the bank; null if there is none.</param>
[JsonConverter(typeof(SeatsConverter))]
public readonly record struct Seats(int Count, string? BuyerId = null, decimal? UnitPrice = null, SeatsDispute? Dispute = null)
{
    /// <summary>The marks that begin what follows the order's id in a text.</summary>
    internal const string Marks = "*@$!";

    /// <summary>
    /// As ASCII text without spaces: <c>*2</c> if it is not one seat, <c>@</c> and the buyer's id, <c>$</c> and the price of one, <c>!</c> and the dispute.
    /// </summary>
    public override string ToString() => string.Concat(
        Count == 1 ? null : string.Create(CultureInfo.InvariantCulture, $"*{Count}"),
        BuyerId is null ? null : $"@{Encode(BuyerId)}",
        UnitPrice is null ? null : string.Create(CultureInfo.InvariantCulture, $"${UnitPrice}"),
        Dispute is null ? null : $"!{Dispute}");

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    internal static Seats Parse(ReadOnlySpan<char> text)
    {
        var (dispute, price, buyer) = (Take(ref text, '!'), Take(ref text, '$'), Take(ref text, '@'));
        var count = Take(ref text, '*');
        return text.IsEmpty
            ? new(
                count is null ? 1 : int.Parse(count, CultureInfo.InvariantCulture), buyer is null ? null : Decode(buyer),
                price is null ? null : decimal.Parse(price, CultureInfo.InvariantCulture), dispute is null ? null : SeatsDispute.Parse(dispute))
            : throw new FormatException("These are no seats.");
    }

    /// <summary>An id that is a GUID takes 22 characters of Base64 (RFC 4648, section 5) in place of 36; any other is percent-encoded behind a <c>=</c>.</summary>
    internal static string Encode(string id) =>
        // Only as .NET itself writes it, so that it is read back letter by letter.
        Guid.TryParseExact(id, "D", out var guid) && guid.ToString() == id
            ? Base64Url.EncodeToString(guid.ToByteArray(bigEndian: true))
            : $"={Uri.EscapeDataString(id)}";

    /// <summary>Reads what <see cref="Encode"/> writes.</summary>
    internal static string Decode(ReadOnlySpan<char> id) =>
        id[0] == '=' ? Uri.UnescapeDataString(id[1..]) : new Guid(Base64Url.DecodeFromChars(id), bigEndian: true).ToString();

    // Takes what is behind the mark off the text.
    private static string? Take(ref ReadOnlySpan<char> text, char mark)
    {
        if (text.IndexOf(mark) is var at && at < 0)
            return null;
        var taken = text[(at + 1)..].ToString();
        text = text[..at];
        return taken;
    }
}

/// <summary>Seats in a ticket's document: their text, or their number if nothing else is known of them.</summary>
internal sealed class SeatsConverter : JsonConverter<Seats>
{
    public override Seats Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? new(reader.GetInt32()) : Seats.Parse(reader.GetString());

    public override void Write(Utf8JsonWriter writer, Seats value, JsonSerializerOptions options)
    {
        if (value == new Seats(value.Count))
            writer.WriteNumberValue(value.Count);
        else
            writer.WriteStringValue(value.ToString());
    }
}
