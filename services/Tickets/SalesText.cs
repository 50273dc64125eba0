using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Ticketing.Tickets;

/// <summary>
/// Sales as ASCII text, one behind the other: the order's id, <c>*2</c> if it is not one seat, a space. An id that is a GUID takes 22 characters
/// of Base64 (RFC 4648, section 5) in place of 36; any other is percent-encoded behind a <c>=</c>. A text that is added to shares the bytes of
/// the one before: whoever first writes behind its end keeps the buffer, and the next one copies it.
/// </summary>
internal sealed class SalesText
{
    private readonly Buffer _buffer;
    private readonly int _length;

    private SalesText(Buffer buffer, int length) => (_buffer, _length) = (buffer, length);

    public static SalesText Empty { get; } = new(new([]), 0);

    public ReadOnlyMemory<byte> Utf8 => _buffer.Bytes.AsMemory(0, _length);

    /// <summary>A text that was stored.</summary>
    public static SalesText Of(ReadOnlyMemory<byte> text)
    {
        var bytes = MemoryMarshal.TryGetArray(text, out var array) && array.Offset == 0 ? array.Array! : text.ToArray();
        return new(new(bytes) { Used = bytes.Length }, text.Length);
    }

    public SalesText Add(string orderId, int seats)
    {
        var sale = Encode(orderId, seats);
        var end = _length + sale.Length;
        var buffer = _buffer;
        if (end > buffer.Bytes.Length || Interlocked.CompareExchange(ref buffer.Used, end, _length) != _length)
        {
            buffer = new(new byte[Math.Max(256, 2 * end)]) { Used = end };
            Utf8.CopyTo(buffer.Bytes);
        }
        sale.CopyTo(buffer.Bytes.AsSpan(_length));
        return new(buffer, end);
    }

    /// <summary>Without an order's seats; the same if it has none here.</summary>
    public SalesText Remove(string orderId)
    {
        var all = Decode(Utf8).ToList();
        return all.RemoveAll(sale => sale.Key == orderId) == 0 ? this : all.Aggregate(Empty, (text, sale) => text.Add(sale.Key, sale.Value));
    }

    /// <summary>The sales of a text.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static IEnumerable<KeyValuePair<string, int>> Decode(ReadOnlyMemory<byte> text)
    {
        foreach (var sale in Encoding.ASCII.GetString(text.Span).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var end = sale.IndexOf('*', StringComparison.Ordinal);
            var (id, seats) = end < 0 ? (sale, 1) : (sale[..end], int.Parse(sale.AsSpan(end + 1), CultureInfo.InvariantCulture));
            yield return new(id[0] == '=' ? Uri.UnescapeDataString(id[1..]) : new Guid(Base64Url.DecodeFromChars(id), bigEndian: true).ToString(), seats);
        }
    }

    private static byte[] Encode(string orderId, int seats)
    {
        // Only as .NET itself writes it, so that it is read back letter by letter.
        var id = Guid.TryParseExact(orderId, "D", out var guid) && guid.ToString() == orderId
            ? Base64Url.EncodeToString(guid.ToByteArray(bigEndian: true))
            : $"={Uri.EscapeDataString(orderId)}";
        return Encoding.ASCII.GetBytes(seats == 1 ? $"{id} " : string.Create(CultureInfo.InvariantCulture, $"{id}*{seats} "));
    }

    private sealed class Buffer(byte[] bytes)
    {
        public int Used;

        public byte[] Bytes => bytes;
    }
}
