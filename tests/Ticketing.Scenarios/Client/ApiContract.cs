using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Ticketing.Scenarios.Client;

/// <summary>Whether answers are as the services' OpenAPI documents say: their status, headers and body.</summary>
internal sealed class ApiContract(HttpClient http)
{
    private const string Problem = "application/problem+json";

    private readonly ConcurrentDictionary<string, Lazy<Task<JsonNode>>> _documents = new();

    // Neither the document nor its schemas are thread-safe: both are read on first use.
    private readonly Lock _lock = new();
    private readonly Dictionary<JsonNode, JsonSchema> _schemas = [];

    /// <summary>Fails if an answer is not as it is described.</summary>
    public async Task CheckAsync(HttpRequestMessage request, Answer answer)
    {
        if (!request.RequestUri!.AbsolutePath.StartsWith("/api/", StringComparison.Ordinal))
            return;
        var document = await _documents.GetOrAdd(request.RequestUri.GetLeftPart(UriPartial.Authority), service => new(() => ReadAsync(service))).Value;
        lock (_lock)
            Check(document, request, answer);
    }

    private void Check(JsonNode document, HttpRequestMessage request, Answer answer)
    {
        if (PathOf(document, request.RequestUri!.AbsolutePath) is not { } path)
            return;
        var call = $"{request.Method} {request.RequestUri.PathAndQuery}: {(int)answer.Status}";
        var method = request.Method == HttpMethod.Head ? HttpMethod.Get : request.Method;
        if (path[method.Method.ToLowerInvariant()] is not { } operation)
        {
            Assert.True(answer.Status == MethodNotAllowed, $"{call} is not described.");
            return;
        }
        if (operation["responses"]![$"{(int)answer.Status}"] is not { } response)
        {
            Assert.Fail($"{call} is not described. {answer.Body}");
            return;
        }
        foreach (var (header, _) in response["headers"]?.AsObject() ?? [])
            Assert.True(header == "Link" || answer.Headers.Contains(header), $"{call} has no {header}.");
        CheckBody(document, response["content"]?[answer.ContentType ?? ""], request, answer, call);
    }

    private void CheckBody(JsonNode document, JsonNode? content, HttpRequestMessage request, Answer answer, string call)
    {
        if (request.Method == HttpMethod.Head || answer.Body.Length == 0)
            return;
        Assert.True(content is not null, $"{call} has a body of type {answer.ContentType}, which is not described.");
        if (content["schema"] is not { } schema || answer.ContentType is not ("application/json" or Problem))
            return;
        using var body = JsonDocument.Parse(answer.Body);
        if (!_schemas.TryGetValue(content, out var known))
            _schemas[content] = known = Build(document, schema);
        var result = known.Evaluate(body.RootElement, new() { OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, $"{call}: {answer.Body} is not as described: "
            + string.Join("; ", result.Details!.Where(detail => detail.Errors is not null).Select(detail => $"{detail.InstanceLocation} {string.Join(", ", detail.Errors!.Values)}")));
    }

    private async Task<JsonNode> ReadAsync(string service) => JsonNode.Parse(await http.GetStringAsync(new Uri($"{service}/openapi/v1.json")))!;

    /// <summary>What the document says of a path. Literal segments are closer than parameters.</summary>
    private static JsonNode? PathOf(JsonNode document, string path)
    {
        var segments = path.Split('/');
        return document["paths"]!.AsObject()
            .Select(one => (Template: one.Key.Split('/'), one.Value))
            .Where(one => one.Template.Length == segments.Length && one.Template.Zip(segments).All(pair => pair.First.StartsWith('{') ? pair.Second.Length > 0 : pair.First == pair.Second))
            .OrderBy(one => one.Template.Count(segment => segment.StartsWith('{'))).FirstOrDefault().Value;
    }

    /// <summary>A schema that stands by itself.</summary>
    public static JsonSchema Build(JsonNode document, JsonNode schema)
    {
        var own = schema.DeepClone().AsObject();
        own["$defs"] = document["components"]!["schemas"]!.DeepClone();
        return JsonSchema.FromText(own.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal));
    }
}
