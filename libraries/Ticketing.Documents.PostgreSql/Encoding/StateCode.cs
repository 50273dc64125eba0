using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Ticketing.Documents.PostgreSql.Encoding;

/// <summary>
/// A state as <c>jsonb</c>. That keeps decimals with all their digits and trailing zeros, but has no U+0000: the rare state with one is
/// stored as a JSON string of its JSON in Base64.
/// </summary>
internal static class StateCode
{
    public static byte[] Encode<T>(T state, JsonTypeInfo<T> json)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(state, json);
        return plain.AsSpan().IndexOf("\\u0000"u8) < 0 && plain[0] != '"' ? plain : [(byte)'"', .. ToBase64(plain), (byte)'"'];
    }

    public static T Decode<T>(byte[] stored, JsonTypeInfo<T> json)
    {
        var plain = stored[0] == '"' ? Convert.FromBase64String(JsonSerializer.Deserialize(stored, TextJson.Default.String)!) : stored;
        return JsonSerializer.Deserialize(plain, json)!;
    }

    private static byte[] ToBase64(byte[] plain) => System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(plain));
}
