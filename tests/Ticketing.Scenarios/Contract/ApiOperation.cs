using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios.Contract;

/// <summary>A call as a service's OpenAPI document describes it.</summary>
internal sealed class ApiOperation
{
    private readonly JsonObject _document;
    private readonly JsonObject _operation;

    // Evaluating is not thread-safe.
    private readonly Lock _lock = new();
    private readonly JsonSchema? _body;

    private ApiOperation(string service, Uri url, string path, string method, JsonObject operation, JsonObject document)
    {
        (Service, Url, Path, Method, _operation, _document) = (service, url, path, new(method.ToUpperInvariant()), operation, document);
        Body = operation["requestBody"]?["content"]?["application/json"]?["schema"]?.AsObject();
        _body = Body is null ? null : ApiContract.Build(document, Body);
    }

    public string Service { get; }

    public Uri Url { get; }

    public string Path { get; }

    public HttpMethod Method { get; }

    /// <summary>The schema of its body, if it has one.</summary>
    public JsonObject? Body { get; }

    /// <summary>Whether its answer has no end.</summary>
    public bool IsEndless => _operation["responses"]?["200"]?["content"]?["text/event-stream"] is not null;

    public bool NeedsSession => _operation["security"] is not null;

    public bool IsForOperators => _operation["responses"]?["403"]?["description"]?.GetValue<string>().Contains("role operator", StringComparison.Ordinal) == true;

    public IEnumerable<JsonObject> Parameters => (_operation["parameters"]?.AsArray() ?? []).Select(parameter => parameter!.AsObject());

    /// <summary>Every call of every service.</summary>
    public static async Task<IReadOnlyList<ApiOperation>> ReadAllAsync(Shop shop)
    {
        var operations = new List<ApiOperation>();
        foreach (var (service, url) in shop.Endpoints.Services)
        {
            var document = JsonNode.Parse((await shop.Anyone.GetAsync(new Uri(url, "/openapi/v1.json"))).Is(OK).Body)!.AsObject();
            operations.AddRange(
                from path in document["paths"]!.AsObject()
                from operation in path.Value!.AsObject()
                select new ApiOperation(service, url, path.Key, operation.Key, operation.Value!.AsObject(), document));
        }
        return operations;
    }

    public JsonObject Resolve(JsonNode schema) => schema["$ref"] is { } reference
        ? _document["components"]!["schemas"]![reference.GetValue<string>().Split('/')[^1]]!.AsObject()
        : schema.AsObject();

    /// <summary>Whether a body is JSON, and as it is described.</summary>
    public bool Allows(string? body)
    {
        if (_body is null)
            return true;
        try
        {
            // A reader may ignore a byte order mark (RFC 8259, section 8.1), and .NET's does.
            using var json = JsonDocument.Parse((body ?? "").TrimStart('\ufeff'), new() { AllowDuplicateProperties = false });
            lock (_lock)
                return _body.Evaluate(json.RootElement).IsValid;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // It is no JSON, or has a string that is no Unicode.
            return false;
        }
    }

    public override string ToString() => $"{Method} {Path}";
}
