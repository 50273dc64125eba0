using System.Buffers;
using System.Text.Json;

namespace Ticketing.Documents.PostgreSql.Encoding;

/// <summary>
/// A document's keys as a JSON object from index name to key, so that an index needs no SQL of its own. Names without a key are there, too:
/// a document without the name was written before the index was declared.
/// </summary>
internal static class KeysCode
{
    public static byte[] Encode<T>(T state, IReadOnlyList<DocumentIndex<T>> indexes)
        where T : class
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var index in indexes)
                if (index.Key(state) is { } key)
                    writer.WriteString(index.Name, TextCode.Encode(key));
                else
                    writer.WriteNull(index.Name);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
