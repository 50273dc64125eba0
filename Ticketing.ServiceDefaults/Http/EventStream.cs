using System.Net.ServerSentEvents;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Ticketing.Documents;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// Answers with server-sent events, until the caller goes, the session or its token ends, or the service stops. The framework's own result writes no
/// comments, which keep a connection alive that has nothing to say.
/// </summary>
public sealed class EventStream(EndedSessions sessions, TimeProvider time, IHostApplicationLifetime host)
{
    /// <summary>The type of the answer.</summary>
    public const string ContentType = "text/event-stream";

    /// <summary>Writes events as they come, each of one line of data.</summary>
    /// <param name="http">The call.</param>
    /// <param name="events">The events; null is a comment. The answer begins with the first one: what is thrown before it is an answer by itself.</param>
    public async Task WriteAsync(HttpContext http, Func<CancellationToken, IAsyncEnumerable<SseItem<string>?>> events)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
        using var session = sessions.OnEnd(http.User, End);
        try
        {
            if (http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc is { } expires && expires - time.GetUtcNow() is { Ticks: > 0 } left)
                end.CancelAfter(left);
            await foreach (var one in events(end.Token))
            {
                await WriteAsync(http.Response, one, end.Token);
                if (ResponseHeaders.IsHead(http))
                    return;
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // So it ends.
        }
        catch (StoreUnavailableException) when (http.Response.HasStarted)
        {
            // The caller comes back, and is told so then if it still is.
        }

        void End()
        {
            try
            {
                end.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The stream has ended by itself in the same moment. Whoever tells of sessions has others to tell.
            }
        }
    }

    private static async Task WriteAsync(HttpResponse response, SseItem<string>? one, CancellationToken end)
    {
        if (!response.HasStarted)
        {
            response.ContentType = ContentType;
            // A proxy that collects what it passes on would keep all of it.
            response.Headers["X-Accel-Buffering"] = "no";
            response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        }
        await response.WriteAsync(one is not { } item ? ":\n\n" : $"{(item.EventId is { } id ? $"id: {id}\n" : "")}event: {item.EventType}\ndata: {item.Data}\n\n", end);
        await response.Body.FlushAsync(end);
    }
}
