using System.Text;
using System.Text.RegularExpressions;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios.Contract;

/// <summary>A request that was made from a description, or is a little off it.</summary>
internal sealed partial record GeneratedRequest(ApiOperation Operation, Caller Caller, string PathAndQuery)
{
    public HttpMethod Method { get; init; } = Operation.Method;

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public string? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    /// <summary>Whether the description rules it out, so that it must be refused.</summary>
    public bool IsRuledOut { get; init; }

    /// <summary>Whether it names something that was made so shortly ago that news of it may be on its way: that is 503.</summary>
    public bool NamesSomethingNew => Uuid().Matches(Body ?? "").Select(match => Guid.Parse(match.Value))
        .Any(id => id.Version == 7 && Math.Abs((DateTimeOffset.UtcNow - MadeAt(id)).TotalMinutes) < 2);

    public HttpRequestMessage ToMessage(bool withSession)
    {
        var message = new HttpRequestMessage(Method, new Uri(Operation.Url, PathAndQuery));
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
            Assert.True(message.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType));
            // A body that the server does not want to read may end the connection while it is sent.
            message.Headers.ExpectContinue = Body.Length > 64 * 1024;
        }
        if (withSession && Operation.NeedsSession)
            message.Headers.Authorization = new("Bearer", Caller.Session.AccessToken);
        foreach (var (name, value) in Headers)
            Assert.True(message.Headers.TryAddWithoutValidation(name, value));
        return message;
    }

    public override string ToString() =>
        $"{Method} {Beginning(PathAndQuery)} {string.Join(' ', Headers.Select(header => $"{header.Name}: {header.Value};"))} {ContentType} {Beginning(Body)}";

    private static string? Beginning(string? text) => text?[..Math.Min(text.Length, 400)];

    private static DateTimeOffset MadeAt(Guid id) => DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64($"{id:N}"[..12], 16));

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();
}
