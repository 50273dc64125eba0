using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Ticketing.Tools.Stripe;

/// <summary>Stripe's API over HTTP: who calls, each key once at a time, the books' answers, and faults.</summary>
internal sealed class Api(Books books, Faults faults, SiteOptions site)
{
    private readonly ConcurrentDictionary<string, byte> _running = [];

    public async Task AnswerAsync(HttpContext http)
    {
        var id = $"req_{RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", 14)}";
        http.Response.Headers["Request-Id"] = id;
        http.Response.Headers["Stripe-Version"] = http.Request.Headers["Stripe-Version"];
        if (WhyRefused(http.Request.Headers.Authorization.ToString()) is { } why)
        {
            await WriteAsync(http, Answer.Of(401, why));
            return;
        }
        var broken = faults.Break();
        if (broken is { IsBefore: true })
            await WriteAsync(http, broken);
        else if (HttpMethods.IsGet(http.Request.Method))
            await WriteAsync(http, books.Get(http.Request.Path, http.Request.Query.ToDictionary(query => query.Key, query => query.Value.ToString())), broken);
        else if (HttpMethods.IsPost(http.Request.Method))
            await PostAsync(http, id, broken);
        else
            await NotFoundAsync(http);
    }

    public static Task NotFoundAsync(HttpContext http) =>
        WriteAsync(http, Answer.Of(404, ApiError.Unrecognized(http.Request.Method, http.Request.Path)));

    private async Task PostAsync(HttpContext http, string id, BrokenAnswer? broken)
    {
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync() : FormCollection.Empty;
        var key = http.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } given ? given : null;
        if (key is not null && !_running.TryAdd(key, 0))
        {
            await WriteAsync(http, Answer.Of(409, new ApiError("idempotency_error")
            {
                Code = "idempotency_key_in_use",
                Message = $"There is currently another in-progress request using this Stripe-Idempotent-Key: {key}.",
            }));
            return;
        }
        try
        {
            var fields = form.ToDictionary(field => field.Key, field => field.Value.ToString());
            var answer = books.Post(http.Request.Path, fields, key, id, site.UrlFor(http.Request));
            if (faults.Delay > TimeSpan.Zero)
                await Task.Delay(faults.Delay, http.RequestAborted);
            if (faults.LosesAnswer())
                http.Abort();
            else
                await WriteAsync(http, answer, broken);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits any more.
        }
        finally
        {
            if (key is not null)
                _running.TryRemove(key, out _);
        }
    }

    // With Basic, the key is the user's name.
    private static ApiError? WhyRefused(string authorization)
    {
        var key = authorization.Split(' ', 2) switch
        {
            ["Bearer", var token] => token,
            ["Basic", var encoded] when Convert.TryFromBase64String(encoded, new byte[encoded.Length], out _) =>
                Encoding.UTF8.GetString(Convert.FromBase64String(encoded)).Split(':')[0],
            _ => "",
        };
        if (key.StartsWith("sk_test_", StringComparison.Ordinal) || key.StartsWith("rk_test_", StringComparison.Ordinal))
            return null;
        return new("invalid_request_error")
        {
            Message = key.Length == 0
                ? "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth."
                : "Invalid API Key provided. This is a simulator: it takes keys that begin with sk_test_ or rk_test_.",
        };
    }

    private static Task WriteAsync(HttpContext http, Answer answer, BrokenAnswer? broken = null)
    {
        if (broken is not null)
            return WriteAsync(http, broken);
        http.Response.StatusCode = answer.Status;
        if (answer.IsReplayed)
            http.Response.Headers["Idempotent-Replayed"] = "true";
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(answer.Body.GetRawText(), http.RequestAborted);
    }

    private static Task WriteAsync(HttpContext http, BrokenAnswer broken)
    {
        http.Response.StatusCode = broken.Status;
        http.Response.ContentType = broken.ContentType;
        return http.Response.WriteAsync(broken.Body, http.RequestAborted);
    }
}
