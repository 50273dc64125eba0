using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios.Contract;

/// <summary>Makes requests from descriptions: some as they are described, some a little off.</summary>
internal sealed class RequestGenerator(Random random)
{
    // A string that is no Unicode cannot be a node, so it is written into the text.
    private const string LoneSurrogate = "(lone surrogate)";

    private static readonly string[] Texts =
        ["", " ", "x", "null", "0", "Ünïcode 🎟️", "👩‍👩‍👧‍👦", "a\u0000b", "a\nb", "x\u202ey", "\u200b", "e\u0301", "'; --", "<b>", "%00", "../..", LoneSurrogate, new('x', 101), new('x', 5000)];

    // What strings of a pattern may be. Which of them match, the pattern says.
    private static readonly string[] Patterned =
    [
        "USD", "EUR", "JPY", "ZZZ", "usd", "2031-07-01T20:00:00+02:00", "2031-07-01T18:00Z", "2020-01-01T00:00:00.1234567Z", "0001-01-01T00:00:00+02:00",
        "2026-02-30T20:00:00Z", "2031-07-01T20:00:00", "a key", "0af7651916cd43dd8448eb211c80319c", "\"a key\"",
    ];

    private static readonly string[] Numbers = ["1e400", "-1e400", "1.0000000000000000000000000001", "0.1e1", "-0", "99999999999999999999", "1.5", "2147483648", "-1"];

    private static readonly string[] Bodies = ["", " ", "null", "[]", "{", "5", "\"text\"", "{}", "{}{}", "\ufeff{}", "{\"\":1}", "{\"a.b\":1}", "[[[[", "{'a':1}", "\0"];

    /// <summary>
    /// The request of the description's own example, about this situation; null if it has none, or takes a secret that only its receiver knows.
    /// </summary>
    public static GeneratedRequest? Example(ApiOperation operation, Situation about)
    {
        var body = operation.Body is null ? null : ExampleBody(operation, about);
        if (operation.Body is not null && (body is null || body.Any(field => field.Key.EndsWith("token", StringComparison.OrdinalIgnoreCase))))
            return null;
        var path = operation.Path;
        foreach (var parameter in operation.Parameters.Where(parameter => In(parameter) == "path"))
            path = path.Replace($"{{{Name(parameter)}}}", IdOf(operation, Name(parameter), about), StringComparison.Ordinal);
        return new(operation, CallerOf(operation, about), path) { Body = body?.ToJsonString() };
    }

    public GeneratedRequest Next(ApiOperation operation, Situation about)
    {
        var (path, query, headers, isRuledOut) = (operation.Path, new List<string>(), new List<(string Name, string Value)>(), false);
        foreach (var parameter in operation.Parameters)
        {
            var (name, schema) = (Name(parameter), operation.Resolve(parameter["schema"]!));
            if (In(parameter) == "path")
            {
                // The server itself answers a path with NUL, and one with dots is another.
                var id = OneIn(5) ? OneOf([$"{Guid.NewGuid()}", $"{Guid.CreateVersion7()}", "x", .. Texts.Where(text => text.Trim().Length is > 0 and < 1000 && !text.Contains('\0') && text[0] != '.' && text != LoneSurrogate)]) : IdOf(operation, name, about);
                path = path.Replace($"{{{name}}}", Uri.EscapeDataString(id), StringComparison.Ordinal);
            }
            else if (In(parameter) == "query" && OneIn(2))
            {
                var value = OneIn(3) ? OneOf([.. Texts, .. Numbers, .. Bodies]).Replace(LoneSurrogate, "\ufffd", StringComparison.Ordinal) : Plain(schema, name, about);
                // The server itself answers a request line of more than 8 KiB.
                value = value[..Math.Min(value.Length, 500)];
                query.Add($"{name}={Uri.EscapeDataString(value)}");
                if (OneIn(20))
                    query.Add($"{name}={Uri.EscapeDataString(value)}");
                isRuledOut |= value.Length > 0 && IsRuledOut(schema, value);
            }
            else if (In(parameter) == "header" && OneIn(3))
            {
                var value = OneOf<string>(name == "Idempotency-Key" ? [$"{Guid.NewGuid()}", "\"quoted\"", "\"", "a,b", "\"a\"b\"", new('k', 256)] : ["*", "\"1\"", "\"1\", \"2\"", "W/\"1\"", "abc", "\"a"]);
                headers.Add((name, value));
                isRuledOut |= value is "\"" or "a,b" or "\"a\"b\"" or "abc" or "\"a" || value.Length > 255;
            }
        }
        if (OneIn(20))
            query.Add("colour=red");
        if (OneIn(12))
            headers.Add(("Accept", OneOf(["text/html", "application/json", "*/*;q=0", "application/*;q=0.5, text/csv", "nonsense"])));
        if (OneIn(30))
            headers.AddRange([("Cookie", "session=x"), ("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")]);
        var request = new GeneratedRequest(operation, CallerOf(operation, about), query.Count == 0 ? path : $"{path}?{string.Join('&', query)}") { Headers = headers, IsRuledOut = isRuledOut };
        if (operation.Method == HttpMethod.Get)
            return OneIn(10) ? request with { Method = HttpMethod.Head } : request;
        if (operation.Body is null)
            return request;
        var body = BodyOf(operation, about);
        var type = OneIn(20) ? OneOf(["text/plain", "application/json; charset=klingon", "application/xml", "application/json; charset=utf-8"]) : "application/json";
        return request with { Body = body, ContentType = type, IsRuledOut = isRuledOut || !operation.Allows(body) || type is "text/plain" or "application/xml" };
    }

    private string BodyOf(ApiOperation operation, Situation about)
    {
        if (OneIn(15))
            return OneIn(10) ? $"\"{new string('x', 70_000)}\"" : OneOf(Bodies);
        var body = (OneIn(2) ? ExampleBody(operation, about) : null) ?? Valid(operation, operation.Body!, "", about)!.AsObject();
        for (var changes = OneIn(2) ? 0 : random.Next(1, 3); changes > 0; changes--)
            Change(body);
        var text = body.ToJsonString().Replace($"\"{LoneSurrogate}\"", "\"\\ud800\"", StringComparison.Ordinal);
        return OneIn(30) && body.Count > 0 ? string.Concat(text.AsSpan(0, text.Length - 1), $",\"{body.First().Key}\":1}}")
            : OneIn(40) ? text[..random.Next(text.Length)]
            : text;
    }

    /// <summary>Changes a field, of the body or of an object in it.</summary>
    private void Change(JsonObject body)
    {
        if (body.FirstOrDefault(field => field.Value is JsonArray).Value is JsonArray { Count: > 0 } items && items[0] is JsonObject item && OneIn(2))
        {
            Change(item);
            return;
        }
        // Names are read in any case, which no schema can say.
        var field = body.Count == 0 || OneIn(6) ? OneOf(["colour", "id", "userId", "a.b", ""]) : OneOf([.. body.Select(one => one.Key)]);
        if (body.ContainsKey(field) && OneIn(4))
            body.Remove(field);
        else
            body[field] = random.Next(8) switch
            {
                0 => null,
                1 => new JsonArray(),
                2 => new JsonArray((JsonNode?)null),
                3 => new JsonObject { ["a"] = 1 },
                4 => OneIn(2),
                5 => JsonNode.Parse(OneOf(Numbers)),
                6 => random.Next(-1, 20_000),
                _ => OneOf(Texts),
            };
    }

    /// <summary>A value as its schema says.</summary>
    private JsonNode? Valid(ApiOperation operation, JsonNode described, string name, Situation about)
    {
        var schema = operation.Resolve(described);
        var types = schema["type"] is JsonArray several ? several.Select(type => type!.GetValue<string>()).ToArray() : [schema["type"]!.GetValue<string>()];
        if (types.Contains("null") && OneIn(5))
            return null;
        switch (types.First(type => type != "null"))
        {
            case "object":
                var required = schema["required"]?.AsArray().Select(field => field!.GetValue<string>()).ToArray() ?? [];
                return new JsonObject(schema["properties"]!.AsObject().Where(property => required.Contains(property.Key) || OneIn(3))
                    .Select(property => KeyValuePair.Create(property.Key, Valid(operation, property.Value!, property.Key, about))));
            case "array":
                return new JsonArray([.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Valid(operation, schema["items"]!, name, about))]);
            case "integer" or "number":
                return JsonNode.Parse(Plain(schema, name, about));
            case "boolean":
                return OneIn(2);
            default:
                return KnownValue(operation, name, about) ?? Plain(schema, name, about);
        }
    }

    private string Plain(JsonObject schema, string name, Situation about)
    {
        if (schema["enum"] is JsonArray values)
            return OneOf([.. values.Select(value => value!.GetValue<string>())]);
        var type = schema["type"] is JsonArray several ? several.Select(one => one!.GetValue<string>()).First(one => one != "null") : schema["type"]!.GetValue<string>();
        switch (type)
        {
            case "boolean":
                return OneOf(["true", "false"]);
            case "integer" or "number":
                var (min, max) = ((schema["minimum"] ?? 0).GetValue<int>(), (schema["maximum"] ?? 100).GetValue<int>());
                // Nobody waits a minute for an answer here.
                return OneOf([$"{min}", $"{min + 1}", $"{min + 1}", name == "wait" ? "1" : $"{max}", name == "wait" ? "0" : $"{random.Next(min, max)}"]);
            default:
                if (schema["pattern"]?.GetValue<string>() is { } pattern)
                    return OneOf([.. Patterned.Where(text => Regex.IsMatch(text, pattern))]);
                if (name == "after" && OneIn(2))
                    return OneOf([about.OrderId, about.TicketId]);
                return new string('x', Math.Max((schema["minLength"] ?? 1).GetValue<int>(), random.Next(1, Math.Min(250, (schema["maxLength"] ?? 250).GetValue<int>()))));
        }
    }

    /// <summary>What no schema can tell.</summary>
    private string? KnownValue(ApiOperation operation, string name, Situation about) => name switch
    {
        "ticketId" => OneIn(10) ? $"{Guid.NewGuid()}" : about.TicketId,
        "orderId" => OneIn(10) ? $"{Guid.NewGuid()}" : about.OrderId,
        "paymentMethod" => OneOf(["pm_card_visa", "pm_card_mastercard", "pm_card_chargeDeclined", "gold"]),
        "email" when operation.Path.EndsWith("/signin", StringComparison.Ordinal) || operation.Path.EndsWith("/roles", StringComparison.Ordinal) => OneIn(3) ? Shop.NewEmail() : about.Buyer.Session.Email,
        "email" => OneIn(5) ? OneOf([about.Buyer.Session.Email, "a@b", "nobody", "ann@bücher.example"]) : Shop.NewEmail(),
        "password" or "currentPassword" when !OneIn(4) => Shop.Password,
        _ => null,
    };

    private static JsonObject? ExampleBody(ApiOperation operation, Situation about)
    {
        if (operation.Resolve(operation.Body!)["examples"]?[0]?.DeepClone().AsObject() is not { } body)
            return null;
        Adapt(operation, body, about);
        return body;
    }

    /// <summary>Puts what there is here into an example.</summary>
    private static void Adapt(ApiOperation operation, JsonNode body, Situation about)
    {
        foreach (var (name, value) in body.AsObject().ToArray())
            if (value is JsonArray items)
                foreach (var item in items.OfType<JsonObject>())
                    Adapt(operation, item, about);
            else if (name is "ticketId" or "orderId")
                body[name] = name == "ticketId" ? about.TicketId : about.OrderId;
            else if (name == "currentPassword")
                body[name] = Shop.Password;
            else if (name == "email" && operation.Path.EndsWith("/roles", StringComparison.Ordinal))
                body[name] = about.Buyer.Session.Email;
            else if (name is "email" or "password" && operation.Path.EndsWith("/signin", StringComparison.Ordinal))
                body[name] = name == "email" ? about.Buyer.Session.Email : Shop.Password;
            else if (name == "email" && value is JsonValue)
                body[name] = Shop.NewEmail();
    }

    private static bool IsRuledOut(JsonObject schema, string value) => schema["type"]!.ToString() switch
    {
        "integer" => !int.TryParse(value, CultureInfo.InvariantCulture, out var number)
            || number < (schema["minimum"]?.GetValue<int>() ?? int.MinValue) || number > (schema["maximum"]?.GetValue<int>() ?? int.MaxValue),
        "boolean" => !bool.TryParse(value, out _),
        _ => schema["enum"] is JsonArray values && !values.Any(one => one!.GetValue<string>() == value),
    };

    private static Caller CallerOf(ApiOperation operation, Situation about) =>
        operation.IsForOperators ? about.Operating!.Value.By : operation.Service is "tickets" or "insights" ? about.Seller : about.Buyer;

    private static string IdOf(ApiOperation operation, string name, Situation about) =>
        operation.IsForOperators ? about.Operating!.Value.DeadLetter : name == "orderId" || operation.Service is not ("tickets" or "insights") ? about.OrderId : about.TicketId;

    private static string Name(JsonObject parameter) => parameter["name"]!.GetValue<string>();

    private static string In(JsonObject parameter) => parameter["in"]!.GetValue<string>();

    private T OneOf<T>(T[] values) => values[random.Next(values.Length)];

    private bool OneIn(int n) => random.Next(n) == 0;
}
