using System.Text.Json;
using Ticketing.Tools.Stripe;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>Books in a file, a clock that can be moved, and what tests ask.</summary>
public abstract class BooksTest : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ticketing-books-");
    private readonly MovableClock _clock = new();
    private Books _books;

    protected BooksTest() => _books = new(File, _clock);

    protected string File => Path.Combine(_folder.FullName, "books.jsonl");

    private protected Books Books => _books;

    protected long Now => _clock.GetUtcNow().ToUnixTimeSeconds();

    public void Dispose()
    {
        _books.Dispose();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected void Pass(TimeSpan time) => _clock.Ahead += time;

    /// <summary>Lets the banks do what they take their time for.</summary>
    protected void Settle()
    {
        Pass(new BooksOptions().BankDelay);
        _books.Settle();
    }

    protected void Reopen(Action? meanwhile = null)
    {
        _books.Dispose();
        meanwhile?.Invoke();
        _books = new(File, _clock);
    }

    protected string Pay(string card = "pm_card_visa", int amount = 1000) =>
        Id(Ok(Post("/v1/payment_intents", $"amount={amount}&currency=usd&payment_method={card}&confirm=true")));

    private protected Answer Post(string path, string parameters = "", string? key = null, string? request = null) =>
        _books.Post(path, Fields(parameters), key, request, "http://stripe.test");

    private protected Answer Get(string path, string parameters = "") => _books.Get(path, Fields(parameters));

    protected JsonElement Intent(string id, string parameters = "") => Ok(Get($"/v1/payment_intents/{id}", parameters));

    protected (string Ids, bool HasMore) Page(string path, string parameters = "")
    {
        var page = Ok(Get(path, parameters));
        Assert.Equal(("list", path), (Text(page, "object"), Text(page, "url")));
        return (string.Join(' ', page.GetProperty("data").EnumerateArray().Select(Id)), page.GetProperty("has_more").GetBoolean());
    }

    /// <summary>The types of all events, oldest first.</summary>
    protected string Events() =>
        string.Join(' ', Ok(Get("/v1/events", "limit=100")).GetProperty("data").EnumerateArray().Reverse().Select(told => Text(told, "type")));

    private protected static JsonElement Ok(Answer answer)
    {
        Assert.True(answer.Status == 200, answer.Body.GetRawText());
        return answer.Body;
    }

    private protected static JsonElement Error(int status, Answer answer)
    {
        Assert.True(answer.Status == status, $"{answer.Status} {answer.Body.GetRawText()}");
        return answer.Body.GetProperty("error");
    }

    protected static string Id(JsonElement json) => Text(json, "id")!;

    protected static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static Dictionary<string, string> Fields(string parameters) =>
        parameters.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(field => field.Split('=', 2)).ToDictionary(field => field[0], field => field[1]);
}

internal sealed class MovableClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
