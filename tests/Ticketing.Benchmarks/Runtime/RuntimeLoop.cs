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
    /// <returns>Events per second, from the first until all are applied and no outbox holds an event any more.</returns>
    public static async Task<double> RunAsync(InputTopic input, IDocumentDatabase database, string reader, bool publish)
    {
        using var progress = new Progress(input.Events, publish ? input.Events : 0);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Configuration["ConnectionStrings:kafka"] = input.BootstrapServers;
        builder.Configuration["Kafka:Prefix"] = InputTopic.Prefix;
        builder.Services.AddSingleton(database);
        builder.AddMessaging(new Service(reader).Publishes(Topics.Payments).Documents(FollowedOrder.Documents)
            .On<OrderCreated, FollowedOrder>(order => order.OrderId, Follow)
            .On<OrderPending, FollowedOrder>(order => order.OrderId, Follow)
            .On<OrderCompleted, FollowedOrder>(order => order.OrderId, Follow));
        using var host = builder.Build();
        await host.StartAsync();
        await progress.Done;
        var elapsed = Stopwatch.GetElapsedTime(progress.Started);
        await host.StopAsync();
        return input.Events / elapsed.TotalSeconds;

        Decision<FollowedOrder> Follow(FollowedOrder? order, OrderEvent @event)
        {
            progress.Start();
            if (order?.Version >= @event.Version)
                return Decision<FollowedOrder>.Nothing;
            var next = new FollowedOrder(@event.OrderId, @event.Status, @event.Price, @event.Version);
            return publish ? new(next, Answer(@event)) : new(next);
        }
    }

    private static PaymentCreated Answer(OrderEvent order) => new()
    {
        Id = order.Id,
        OrderId = order.OrderId,
        UserId = order.UserId,
        Amount = order.Price,
        Currency = order.Currency,
        Version = order.Version,
    };
}
