using Ticketing.Benchmarks.Runtime;
using Ticketing.Documents.PostgreSql;

namespace Ticketing.Benchmarks.Contests;

/// <summary>The runtime of this repository.</summary>
internal static class Ours
{
    public static async Task RunAsync(ContestRun run)
    {
        await using var database = new PostgreSqlDatabase(run.Postgres, run.Name);
        await RuntimeLoop.RunAsync(run.Input, database, run.Name, publish: true, run.Begin, () => run.EndAsync($"{FollowedOrder.Documents.Name}_outbox"));
    }
}
