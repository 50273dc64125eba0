using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Messaging;

namespace Ticketing.Benchmarks.Runtime;

/// <summary>The runtime as a service uses it.</summary>
internal static class RuntimeLoop
{
    /// <param name="input">What it reads.</param>
    /// <param name="database">Where its documents are.</param>
    /// <param name="reader">The service's name, and so its consumer group's.</param>
    /// <param name="publish">Whether an event follows from each.</param>
    /// <param name="first">Called before the first event is handled, and then as often as one is.</param>
    /// <param name="done">Called when all are applied, and what follows is acknowledged.</param>
    /// <returns>Events per second, from the first until all are applied and acknowledged.</returns>
    public static async Task<double> RunAsync(
        InputTopic input, IDocumentDatabase database, string reader, bool publish, Action? first = null, Func<Task>? done = null)
    {
        using var progress = new Progress(input.Events, publish ? input.Events : 0);
        var started = 0L;
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Configuration["ConnectionStrings:kafka"] = input.BootstrapServers;
        builder.Configuration["Kafka:Prefix"] = input.Prefix;
        builder.Services.AddSingleton(database);
        builder.AddMessaging(new Service(reader).Publishes(Topics.Payments).Documents(FollowedOrder.Documents)
            .On<OrderCreated, FollowedOrder>(order => order.OrderId, Follow)
            .On<OrderPending, FollowedOrder>(order => order.OrderId, Follow)
            .On<OrderCompleted, FollowedOrder>(order => order.OrderId, Follow));
        using var host = builder.Build();
        await host.StartAsync();
        await progress.Done;
        var elapsed = Stopwatch.GetElapsedTime(started);
        await (done?.Invoke() ?? Task.CompletedTask);
        await host.StopAsync();
        return input.Events / elapsed.TotalSeconds;

        Decision<FollowedOrder> Follow(FollowedOrder? order, OrderEvent @event)
        {
            if (started == 0)
                started = Stopwatch.GetTimestamp();
            first?.Invoke();
            if (FollowedOrder.Follow(order, @event) is not { } next)
                return Decision<FollowedOrder>.Nothing;
            return publish ? new(next, FollowedOrder.Answer(@event)) : new(next);
        }
    }
}
