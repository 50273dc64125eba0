using System.Diagnostics;
using Confluent.Kafka;
using Ticketing.Contracts;

namespace Ticketing.Benchmarks.Runtime;

/// <summary>What the client can do: consume, deserialise, forget.</summary>
internal static class BareLoop
{
    /// <returns>Events per second, from the first to the last.</returns>
    public static double Run(InputTopic input, string group)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = input.BootstrapServers,
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
        }).Build();
        consumer.Subscribe(input.Name);
        long started = 0;
        for (var read = 0; read < input.Events; read++)
        {
            var result = consumer.Consume();
            if (read == 0)
                started = Stopwatch.GetTimestamp();
            if (EventJson.Deserialize(result.Message.Value) is not OrderEvent)
                throw new InvalidOperationException("Not an order's event.");
        }
        var elapsed = Stopwatch.GetElapsedTime(started);
        consumer.Close();
        return input.Events / elapsed.TotalSeconds;
    }
}
