using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Ticketing.Tools.Stripe;

/// <summary>Stripe's API over HTTP: who calls, each key once at a time, and the books' answers.</summary>
public static class Simulator
{
    /// <summary>Makes a server.</summary>
    /// <param name="args">The command line: <c>--books FILE</c>, <c>--urls</c> and <c>--faults:…</c>, among ASP.NET Core's own.</param>
    /// <param name="time">The clock.</param>
    public static WebApplication Build(string[] args, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddSingleton(_ => new Books(builder.Configuration["books"], time ?? TimeProvider.System));
        builder.Services.AddSingleton(builder.Configuration.GetSection("faults").Get<Faults>() ?? new());
        var app = builder.Build();
        // A file that cannot be read is told before anybody calls.
        var books = app.Services.GetRequiredService<Books>();
        var faults = app.Services.GetRequiredService<Faults>();
        var running = new ConcurrentDictionary<string, byte>();
        app.Run(http => AnswerAsync(http, books, faults, running));
        return app;
    }

    private static async Task AnswerAsync(HttpContext http, Books books, Faults faults, ConcurrentDictionary<string, byte> running)
    {
        http.Response.Headers["Request-Id"] = $"req_{RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", 14)}";
        http.Response.Headers["Stripe-Version"] = http.Request.Headers["Stripe-Version"];
        if (WhyRefused(http.Request.Headers.Authorization.ToString()) is { } why)
        {
            await WriteAsync(http, Answer.Of(401, why));
            return;
        }
        if (HttpMethods.IsGet(http.Request.Method))
        {
            await WriteAsync(http, books.Get(http.Request.Path, http.Request.Query.ToDictionary(query => query.Key, query => query.Value.ToString())));
            return;
        }
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            await WriteAsync(http, Answer.Of(404, ApiError.Unrecognized(http.Request.Method, http.Request.Path)));
            return;
        }
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync() : FormCollection.Empty;
        var key = http.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } given ? given : null;
        if (key is not null && !running.TryAdd(key, 0))
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
            var answer = books.Post(http.Request.Path, form.ToDictionary(field => field.Key, field => field.Value.ToString()), key);
            await Task.Delay(faults.Delay, http.RequestAborted);
            if (faults.LosesAnswer())
                http.Abort();
            else
                await WriteAsync(http, answer);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits any more.
        }
        finally
        {
            if (key is not null)
                running.TryRemove(key, out _);
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

    private static Task WriteAsync(HttpContext http, Answer answer)
    {
        http.Response.StatusCode = answer.Status;
        if (answer.IsReplayed)
            http.Response.Headers["Idempotent-Replayed"] = "true";
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(answer.Body.GetRawText(), http.RequestAborted);
    }
}

/// <summary>What goes wrong on purpose with calls that change something, after they have changed it.</summary>
public sealed class Faults
{
    private int _lostAnswers;

    /// <summary>How long the answer takes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How many more answers are lost: the connection is aborted.</summary>
    public int LostAnswers { get => Math.Max(_lostAnswers, 0); set => _lostAnswers = value; }

    /// <summary>Whether this answer is lost.</summary>
    internal bool LosesAnswer() => Volatile.Read(ref _lostAnswers) > 0 && Interlocked.Decrement(ref _lostAnswers) >= 0;
}
