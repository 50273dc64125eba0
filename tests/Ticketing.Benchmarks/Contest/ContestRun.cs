using Npgsql;
using Ticketing.Benchmarks.Runtime;

namespace Ticketing.Benchmarks.Contests;

/// <summary>A run of a contestant: it handles every event of a topic once, with a schema and a consumer group of its own.</summary>
internal sealed class ContestRun(InputTopic input, string postgres, int postgresId, string name)
{
    private readonly Window _window = new(input.Events, postgresId);

    public InputTopic Input => input;

    /// <summary>The connection string of the server.</summary>
    public string Postgres => postgres;

    /// <summary>The schema, and the consumer group.</summary>
    public string Name => name;

    /// <summary>What it took, when it has ended.</summary>
    public Measurement? Measurement { get; private set; }

    /// <summary>To be called with the first event, or with each.</summary>
    public void Begin() => _window.Open();

    /// <summary>To be called when the broker has acknowledged what follows from all events. The run ends when this outbox is empty.</summary>
    public async Task EndAsync(string outbox)
    {
        await using var connection = new NpgsqlConnection(postgres);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"select exists (select from {name}.{outbox})", connection);
        while ((bool)(await command.ExecuteScalarAsync())!)
            await Task.Delay(5);
        Measurement = _window.Close();
    }
}
