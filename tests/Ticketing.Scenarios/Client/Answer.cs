using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ticketing.Scenarios.Client;

/// <summary>An answer of the API, read to its end.</summary>
public sealed record Answer(HttpStatusCode Status, string? ContentType, string Body, ILookup<string, string> Headers)
{
    /// <summary>Strict: a field that the API does not promise is an error, and so is one that it promises and leaves out.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public string? ETag => Headers["ETag"].SingleOrDefault();

    public string? Location => Headers["Location"].SingleOrDefault();

    /// <summary>The path of the next page, from <c>Link: &lt;…&gt;; rel="next"</c>.</summary>
    public string? Next => Headers["Link"].SingleOrDefault()?.Split('<', '>') is ["", var path, "; rel=\"next\""] ? path : null;

    /// <summary>Reads the body of an answer that must have this status.</summary>
    public T Read<T>(HttpStatusCode expected = OK)
    {
        Is(expected);
        return JsonSerializer.Deserialize<T>(Body, Json)!;
    }

    public Answer Is(HttpStatusCode expected)
    {
        Assert.True(Status == expected, $"Expected {expected}, got {(int)Status}: {Body}");
        return this;
    }

    /// <summary>Checks that this is a problem (RFC 9457) of this status.</summary>
    public JsonElement IsProblem(HttpStatusCode expected)
    {
        Is(expected);
        Assert.Equal("application/problem+json", ContentType);
        var problem = JsonSerializer.Deserialize<JsonElement>(Body);
        Assert.Equal((int)expected, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        return problem;
    }

    /// <summary>Checks that this is a validation problem, and that it is about exactly these fields.</summary>
    public void IsInvalid(params string[] fields)
    {
        var errors = IsProblem(BadRequest).GetProperty("errors").EnumerateObject().ToList();
        Assert.Equal(fields.Order(), errors.Select(error => error.Name).Order());
        Assert.All(errors, error => Assert.NotEmpty(error.Value[0].GetString()!));
    }
}
