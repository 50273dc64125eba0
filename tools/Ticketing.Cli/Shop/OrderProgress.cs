using System.Globalization;
using System.Net;
using System.Text.Json;
using Spectre.Console;

namespace Ticketing.Cli;

/// <summary>Shows how an order goes on: a line for each change, and in a terminal what it waits for.</summary>
internal sealed class OrderProgress
{
    public const string Created = "created";

    private const int SecondsOfACall = 30;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly ShopClient _shop;
    private string? _tag;
    private string? _shown;

    public OrderProgress(ShopClient shop, Reply order)
    {
        (_shop, Order, _tag) = (shop, order.Body, order.ETag);
        Id = order.Body.Text("id")!;
    }

    public string Id { get; }

    public JsonElement Order { get; private set; }

    public string ExpiresAt => Local(Order.Text("expiresAt")!);

    /// <summary>Whether it is complete or dead. A refund may still follow.</summary>
    public bool HasEnded => Status is "completed" or "cancelled" or "failed";

    private string Status => Order.Text("status")!;

    /// <summary>Returns when the order has ended, or is as it is waited for.</summary>
    public async Task FollowAsync(Func<string, bool> until, CancellationToken stop)
    {
        if (Terminal.Live is not { } console)
        {
            await FollowAsync(until, Console.WriteLine, stop);
            return;
        }
        // On the terminal of the spinner a line goes above it.
        Action<string> write = Console.IsOutputRedirected ? Console.WriteLine : line => console.WriteLine(line);
        await console.Status().Spinner(Spinner.Known.Dots).StartAsync(Waiting(), async live =>
        {
            var following = FollowAsync(until, write, stop);
            while (await Task.WhenAny(following, Task.Delay(Period, CancellationToken.None)) != following)
                live.Status(Waiting());
            await following;
        });
    }

    /// <returns>The exit code.</returns>
    public int Ended() => Status is "cancelled" or "failed" ? ExitCode.Failed : ExitCode.Done;

    private async Task FollowAsync(Func<string, bool> until, Action<string> write, CancellationToken stop)
    {
        while (true)
        {
            Show(write);
            if (HasEnded || until(Status))
                return;
            var reply = await _shop.GetAsync("orders", $"/api/orders/{Uri.EscapeDataString(Id)}?wait={SecondsOfACall}", stop, _tag, HttpStatusCode.NotModified);
            if (reply.Status != HttpStatusCode.NotModified)
                (Order, _tag) = (reply.Body, reply.ETag);
        }
    }

    private void Show(Action<string> write)
    {
        var reason = Order.Text("reason") is { } why ? $": {why}" : Status == "pending_payment" ? $" until {ExpiresAt}" : "";
        var line = $"{Order.Text("version")} {Status}{reason}";
        if (line == _shown)
            return;
        _shown = line;
        write(string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:HH:mm:ss} {line}"));
    }

    private string Waiting()
    {
        var left = DateTimeOffset.Parse(Order.Text("expiresAt")!, CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow;
        var what = Status == Created ? "Seats are being reserved" : $"Waiting for the payment, {Math.Max(0, left.TotalSeconds).ToString("0", CultureInfo.InvariantCulture)} s left";
        return Markup.Escape(what);
    }

    private static string Local(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
