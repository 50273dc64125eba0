using Confluent.Kafka;
using Npgsql;

namespace Ticketing.Faults.Tests.Running;

/// <summary>Looks every second or two at the groups' commits and then at the documents, while a run goes on.</summary>
internal sealed class Watcher(LogReader log, LostLogs lost, StoreReader store)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1.5);

    public async Task<List<Glance>> RunAsync(CancellationToken stop)
    {
        var glances = new List<Glance>();
        // Once at least, even where everything was away whenever it looked.
        while (!stop.IsCancellationRequested || glances.Count == 0)
        {
            if (await LookAsync() is { } glance)
                glances.Add(glance);
            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return glances;
    }

    private async Task<Glance?> LookAsync()
    {
        try
        {
            // In this order: what is written after the commits were read proves nothing.
            var positions = await Task.Run(() => lost.Number(log.ReadPositions));
            positions.RemoveAll(position => lost.MayBeUnnoticed(position.Topic));
            return new(positions, await store.ReadAllAsync());
        }
        catch (Exception e) when (e is KafkaException or NpgsqlException or TimeoutException)
        {
            // The broker or the store is away just now.
            return null;
        }
    }
}
