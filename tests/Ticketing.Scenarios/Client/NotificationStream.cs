using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Ticketing.Scenarios.Client;

/// <summary>What a user is told, as it comes.</summary>
public sealed class NotificationStream : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private NotificationStream(HttpResponseMessage response, Stream body) =>
        (_response, _events) = (response, SseParser.Create(body).EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator());

    /// <summary>A header of the answer.</summary>
    public string Header(string name) => _response.Headers.NonValidated.TryGetValues(name, out var values) || _response.Content.Headers.NonValidated.TryGetValues(name, out values) ? $"{values}" : "";

    /// <summary>Waits for the next one, whose id must be its number. Null if the stream ends.</summary>
    public async Task<Notification?> NextAsync(TimeSpan? patience = null)
    {
        if (!await _events.MoveNextAsync().AsTask().WaitAsync(patience ?? Patience))
            return null;
        Assert.Equal("notification", _events.Current.EventType);
        var told = JsonSerializer.Deserialize<Notification>(_events.Current.Data, Answer.Json)!;
        Assert.Equal($"{told.Number}", _events.Current.EventId);
        return told;
    }

    public async ValueTask DisposeAsync()
    {
        // What is read now is given up.
        _response.Dispose();
        await _events.DisposeAsync();
    }

    internal static async Task<NotificationStream> OpenAsync(HttpClient http, HttpRequestMessage request)
    {
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(OK, response.StatusCode);
        return new(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }
}
