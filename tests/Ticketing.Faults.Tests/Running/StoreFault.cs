using System.Diagnostics;
using Npgsql;
using Ticketing.Testing.Stores;

namespace Ticketing.Faults.Tests.Running;

/// <summary>PostgreSQL is gone for a while: stopped in order, told to end at once, or killed.</summary>
internal sealed class StoreFault(PostgresServer postgres)
{
    public async Task<bool> RunAsync(int choice, TimeSpan down)
    {
        switch (choice % 3)
        {
            case 0:
                await postgres.StopAsync();
                break;
            case 1:
                await postgres.KillAsync();
                break;
            default:
                await KillServerAsync();
                await postgres.KillAsync();
                break;
        }
        await Task.Delay(down);
        await postgres.StartAgainAsync();
        return true;
    }

    /// <summary><c>kill -9</c> of the server itself: its other processes notice and end, and the next start recovers from its log.</summary>
    private async Task KillServerAsync()
    {
        await using var connection = new NpgsqlConnection($"{postgres.ConnectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int", connection);
        using var server = Process.GetProcessById((int)(await command.ExecuteScalarAsync())!);
        server.Kill();
    }
}
