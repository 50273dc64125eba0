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
                await postgres.SignalAsync("QUIT");
                await postgres.StopAsync();
                break;
            default:
                await postgres.KillAsync();
                break;
        }
        await Task.Delay(down);
        await postgres.StartAgainAsync();
        return true;
    }
}
