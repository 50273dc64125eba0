using System.Runtime.InteropServices;
using System.Text;

namespace Ticketing.Tickets;

/// <summary>
/// Sales as ASCII text, one behind the other: the order's id, its seats (<see cref="Seats.ToString"/>), a space. A text that is added to shares the bytes
/// of the one before: whoever first writes behind its end keeps the buffer, and the next one copies it.
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

    public SalesText Add(string orderId, Seats seats)
    {
        var sale = Encoding.ASCII.GetBytes($"{Seats.Encode(orderId)}{seats} ");
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
        // Most texts need not be read: when a ticket is cancelled, it loses thousands of sales.
        if (Utf8.Span.IndexOf(Encoding.ASCII.GetBytes(Seats.Encode(orderId))) < 0)
            return this;
        var all = Decode(Utf8).ToList();
        return all.RemoveAll(sale => sale.Key == orderId) == 0 ? this : all.Aggregate(Empty, (text, sale) => text.Add(sale.Key, sale.Value));
    }

    /// <summary>The sales of a text.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static IEnumerable<KeyValuePair<string, Seats>> Decode(ReadOnlyMemory<byte> text)
    {
        foreach (var sale in Encoding.ASCII.GetString(text.Span).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var end = sale.AsSpan().IndexOfAny(Seats.Marks) is >= 0 and var at ? at : sale.Length;
            yield return new(Seats.Decode(sale.AsSpan(0, end)), Seats.Parse(sale.AsSpan(end)));
        }
    }

    private sealed class Buffer(byte[] bytes)
    {
        public int Used;

        public byte[] Bytes => bytes;
    }
}
