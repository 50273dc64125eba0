using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ticketing.Documents;

namespace Ticketing.Notifications;

/// <summary>
/// The newest items of a list, oldest first; immutable. They are stored beside their document (<see cref="DocumentParts{T}"/>) in slots of so many items,
/// so that a change writes one slot. When all slots are used, the oldest one is used again.
/// </summary>
/// <param name="json">How an item is stored.</param>
/// <param name="max">How many are kept.</param>
/// <param name="perSlot">How many are in a slot. What is stored depends on both numbers.</param>
public sealed class Ring<T>(JsonTypeInfo<T> json, int max, int perSlot) : IReadOnlyList<T>
    where T : class
{
    // One more than the kept items need: while the newest slot fills up, some of the oldest one's are kept.
    private readonly int _slotCount = ((max + perSlot - 1) / perSlot) + 1;
    private ImmutableArray<RingSlot<T>> _slots = [];

    // How many items there ever were.
    private int _end;

    /// <summary>How many there are.</summary>
    /// <exception cref="InvalidOperationException">The document was read to be shown.</exception>
    public int Count => Slots.IsEmpty ? 0 : Math.Min(_end, max);

    /// <summary>What is stored.</summary>
    /// <exception cref="InvalidOperationException">The document was read to be shown.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> Parts => [.. Slots.Select(slot => slot.Utf8)];

    private ImmutableArray<RingSlot<T>> Slots => _slots.IsDefault
        ? throw new InvalidOperationException("The document was read to be shown, without its parts: it is neither decided on nor written.")
        : _slots;

    /// <summary>An item; 0 is the oldest.</summary>
    public T this[int index]
    {
        get
        {
            var (slot, i) = At(PlaceOf(index));
            return Slots[slot].Items(json)[i];
        }
    }

    /// <summary>What was stored; if it was not read, nobody may ask what it is.</summary>
    /// <exception cref="FormatException">It is no such ring.</exception>
    public Ring<T> Of(IReadOnlyList<ReadOnlyMemory<byte>>? parts)
    {
        if (parts is null)
            return With(default, 0);
        ImmutableArray<RingSlot<T>> slots = [.. parts.Select(part => new RingSlot<T>(part))];
        var end = 0;
        for (var i = 0; i < slots.Length; i++)
            if (slots[i] is { IsEmpty: false, First: var first } slot)
                end = first % perSlot == 0 && At(first).Slot == i ? Math.Max(end, first + slot.Count) : throw new FormatException($"Slot {i} begins with item {first}.");
        return With(slots, end);
    }

    /// <summary>With another item, the newest.</summary>
    public Ring<T> Add(T item)
    {
        var (slot, i) = At(_end);
        var next = (i == 0 ? RingSlot<T>.Beginning(_end) : Slots[slot]).Add(item, json);
        return With(slot < Slots.Length ? Slots.SetItem(slot, next) : Slots.Add(next), _end + 1);
    }

    /// <summary>With another item in this place.</summary>
    public Ring<T> SetItem(int index, T item)
    {
        var (slot, i) = At(PlaceOf(index));
        return With(Slots.SetItem(slot, Slots[slot].SetItem(i, item, json)), _end);
    }

    /// <summary>Where the newest item of this kind is; -1 if there is none.</summary>
    public int FindLastIndex(Func<T, bool> isIt)
    {
        var i = Count - 1;
        while (i >= 0 && !isIt(this[i]))
            i--;
        return i;
    }

    /// <summary>Without any items. The slots stay.</summary>
    public Ring<T> Clear() => With([.. Slots.Select(_ => new RingSlot<T>(default))], 0);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int PlaceOf(int index) => (uint)index < (uint)Count ? _end - Count + index : throw new ArgumentOutOfRangeException(nameof(index));

    private (int Slot, int Index) At(int place) => (place / perSlot % _slotCount, place % perSlot);

    private Ring<T> With(ImmutableArray<RingSlot<T>> slots, int end) => new(json, max, perSlot) { _slots = slots, _end = end };
}

/// <summary>A slot of a <see cref="Ring{T}"/>: a line that says which item is its first, and a line of JSON for each. It is read when its items are asked for.</summary>
internal sealed class RingSlot<T>(ReadOnlyMemory<byte> utf8)
    where T : class
{
    private const byte NewLine = (byte)'\n';

    private T[]? _items;

    public ReadOnlyMemory<byte> Utf8 => utf8;

    public bool IsEmpty => utf8.IsEmpty;

    /// <summary>The place of its first item in the whole list.</summary>
    public int First => int.Parse(utf8.Span[..utf8.Span.IndexOf(NewLine)], NumberStyles.None, CultureInfo.InvariantCulture);

    public int Count => utf8.Span.Count(NewLine) - 1;

    public static RingSlot<T> Beginning(int first) => new(Line(Encoding.ASCII.GetBytes(first.ToString(CultureInfo.InvariantCulture)))) { _items = [] };

    public IReadOnlyList<T> Items(JsonTypeInfo<T> json) => _items ??= Read(json);

    public RingSlot<T> Add(T item, JsonTypeInfo<T> json) => new((byte[])[.. utf8.Span, .. Write(item, json)]) { _items = [.. Items(json), item] };

    public RingSlot<T> SetItem(int index, T item, JsonTypeInfo<T> json)
    {
        T[] items = [.. Items(json)];
        items[index] = item;
        return new((byte[])[.. utf8.Span[..(utf8.Span.IndexOf(NewLine) + 1)], .. items.SelectMany(one => Write(one, json))]) { _items = items };
    }

    private static byte[] Write(T item, JsonTypeInfo<T> json) => Line(JsonSerializer.SerializeToUtf8Bytes(item, json));

    private static byte[] Line(byte[] text) => [.. text, NewLine];

    private T[] Read(JsonTypeInfo<T> json)
    {
        var items = new T[Count];
        var rest = utf8.Span[(utf8.Span.IndexOf(NewLine) + 1)..];
        for (var i = 0; i < items.Length; i++)
        {
            var end = rest.IndexOf(NewLine);
            items[i] = JsonSerializer.Deserialize(rest[..end], json)!;
            rest = rest[(end + 1)..];
        }
        return items;
    }
}
