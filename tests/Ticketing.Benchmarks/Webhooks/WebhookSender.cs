using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Ticketing.Benchmarks.Webhooks;

/// <summary>What a <see cref="WebhookSender"/> saw.</summary>
/// <param name="Accepted">How many were answered 200.</param>
/// <param name="Milliseconds">How long each measured one took, from the time at which it should have been sent.</param>
internal sealed record SentWebhooks(int Accepted, double[] Milliseconds);

/// <summary>Sends webhooks at a rate, whatever becomes of those before, as Stripe does. A process of its own, so that it costs the measured ones nothing but their cores.</summary>
internal static class WebhookSender
{
    // What an event with a PaymentIntent has.
    private const int BodyLength = 3000;

    /// <summary>Sent before the measured ones, in seconds: the sender itself begins cold.</summary>
    public const int WarmUp = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The program.</summary>
    public static Command Command()
    {
        var url = new Argument<string>("url");
        var secret = new Argument<string>("secret");
        var rate = new Argument<int>("rate");
        var seconds = new Argument<int>("seconds");
        var prefix = new Argument<string>("prefix");
        var payments = new Argument<string>("payments");
        var command = new Command("webhook-sender") { url, secret, rate, seconds, prefix, payments };
        command.Hidden = true;
        command.SetAction(async (arguments, _) =>
        {
            var sent = await SendAsync(
                new(arguments.GetRequiredValue(url)), arguments.GetRequiredValue(secret), arguments.GetRequiredValue(rate), arguments.GetRequiredValue(seconds),
                arguments.GetRequiredValue(prefix), [.. arguments.GetRequiredValue(payments).Split(',')]);
            Console.WriteLine($"ready {JsonSerializer.Serialize(sent)}");
        });
        return command;
    }

    /// <summary>Runs one.</summary>
    /// <param name="url">The endpoint.</param>
    /// <param name="secret">Its secret.</param>
    /// <param name="rate">Webhooks per second.</param>
    /// <param name="seconds">For how long it is measured, after <see cref="WarmUp"/>.</param>
    /// <param name="prefix">Makes their ids new.</param>
    /// <param name="payments">What they are about: <c>INTENT:ORDER</c>.</param>
    public static async Task<SentWebhooks> RunAsync(Uri url, string secret, int rate, int seconds, string prefix, IEnumerable<string> payments)
    {
        await using var process = ChildProcess.Start(new(
            Environment.ProcessPath!, typeof(WebhookSender).Assembly.Location, "webhook-sender", $"{url}", secret, $"{rate}", $"{seconds}", prefix, string.Join(',', payments)));
        return JsonSerializer.Deserialize<SentWebhooks>(await process.ReadyAsync(Patience))!;
    }

    private static async Task<SentWebhooks> SendAsync(Uri url, string secret, int rate, int seconds, string prefix, string[] payments)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null });
        var (total, durations, accepted) = (rate * (WarmUp + seconds), new ConcurrentBag<double>(), 0);
        var started = Stopwatch.GetTimestamp();
        var sent = new Task[total];
        for (var i = 0; i < total; i++)
        {
            var at = TimeSpan.FromSeconds((double)i / rate);
            while (Stopwatch.GetElapsedTime(started) < at)
                await Task.Delay(1);
            var (id, payment) = ($"evt_{prefix}_{i}", payments[i % payments.Length].Split(':'));
            sent[i] = Task.Run(() => SendOneAsync(id, payment, at));
        }
        await Task.WhenAll(sent);
        return new(accepted, [.. durations]);

        async Task SendOneAsync(string id, string[] payment, TimeSpan at)
        {
            var body = StripeSigner.IntentEvent(id, "payment_intent.succeeded", payment[0], payment[1]).PadRight(BodyLength);
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Add("Stripe-Signature", StripeSigner.Header(body, secret, DateTimeOffset.UtcNow));
            using var answer = await http.SendAsync(request);
            if (answer.IsSuccessStatusCode)
                Interlocked.Increment(ref accepted);
            if (at.TotalSeconds >= WarmUp)
                durations.Add((Stopwatch.GetElapsedTime(started) - at).TotalMilliseconds);
        }
    }
}
