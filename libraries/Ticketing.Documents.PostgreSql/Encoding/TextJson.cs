using System.Text.Json.Serialization;

namespace Ticketing.Documents.PostgreSql.Encoding;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(EventHeader[]))]
internal sealed partial class TextJson : JsonSerializerContext;
