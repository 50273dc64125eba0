using System.Globalization;
using Npgsql;
using Ticketing.Documents;
using Ticketing.Documents.PostgreSql;

namespace Ticketing.ActivityLog;

/// <summary>
/// The tables in PostgreSQL: a partition for each day, which says in its name from when to when it is. A day that grows large is cut: what comes next goes
/// to a partition of its own, so that the oldest can be dropped however much comes in a day.
/// </summary>
internal sealed class ActivityPartitions(Session session, string schema, Retention retention, TimeProvider time)
{
    private const string TimeFormat = "yyyyMMddHHmmss";

    // An entry may be so far ahead of the clock of this process.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();

    // The days that have all their partitions, as far as is known.
    private HashSet<DateOnly> _days = [];
    private volatile bool _isSetUp;

    /// <summary>The table of all entries.</summary>
    public string Table { get; } = $"{Names.Quote(schema)}.entries";

    /// <summary>The sequence of their numbers.</summary>
    public string Sequence { get; } = $"{Names.Quote(schema)}.entries_sequence";

    /// <summary>What writers and whoever changes tables lock.</summary>
    public string Lock { get; } = $"select pg_advisory_xact_lock(hashtextextended('{Names.Check(schema)}.entries', 0))";

    /// <summary>Nothing that is older is kept.</summary>
    public DateTimeOffset Oldest => time.GetUtcNow() - retention.MaxAge;

    /// <summary>Makes the tables before their first use.</summary>
    public async ValueTask SetUpAsync(CancellationToken cancellation)
    {
        if (_isSetUp)
            return;
        await ChangeAsync(CreateAsync, cancellation);
        _isSetUp = true;
    }

    /// <summary>Makes the partitions of days that have none.</summary>
    public async ValueTask EnsureAsync(IEnumerable<DateTimeOffset> times, CancellationToken cancellation)
    {
        await SetUpAsync(cancellation);
        List<DateOnly> missing;
        lock (_lock)
            missing = [.. times.Select(at => DateOnly.FromDateTime(at.UtcDateTime)).Distinct().Where(day => !_days.Contains(day))];
        if (missing.Count == 0)
            return;
        await ChangeAsync(
            async connection =>
            {
                var partitions = await ListAsync(connection, sizes: false);
                foreach (var day in missing)
                    await CoverAsync(connection, partitions, Start(day), Start(day.AddDays(1)));
            },
            cancellation);
        lock (_lock)
            _days.UnionWith(missing);
    }

    /// <summary>The partitions may be others than was known.</summary>
    public void Forget()
    {
        lock (_lock)
            _days = [];
    }

    /// <summary>Drops what is too old or too much, cuts a day that is large, and makes tomorrow's partition.</summary>
    public async Task TrimAsync(CancellationToken cancellation)
    {
        await SetUpAsync(cancellation);
        await ChangeAsync(
            async connection =>
            {
                var partitions = await ListAsync(connection, sizes: true);
                var (now, bytes) = (time.GetUtcNow(), partitions.Sum(one => one.Bytes));
                foreach (var one in partitions.Where(one => one.To <= now))
                {
                    if (one.To > Oldest && bytes <= retention.MaxBytes)
                        break;
                    bytes -= one.Bytes;
                    await RunAsync(connection, $"drop table {Named(one)}");
                }
                var cut = new DateTimeOffset((now + Ahead).UtcTicks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero);
                if (partitions.Find(one => one.From <= now && now < one.To) is { } current && current.Bytes > retention.MaxBytes / 4 && cut < current.To)
                    await CutAsync(connection, current, cut);
                var tomorrow = DateOnly.FromDateTime(now.UtcDateTime).AddDays(1);
                await CoverAsync(connection, partitions, Start(tomorrow), Start(tomorrow.AddDays(1)));
            },
            cancellation);
        Forget();
    }

    private static DateTimeOffset Start(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private string Named(Span span) => $"{Names.Quote(schema)}.{Names.Quote($"entries_{Text(span.From)}_{Text(span.To)}")}";

    private async Task CreateAsync(NpgsqlConnection connection)
    {
        await RunAsync(connection, $"create schema if not exists {Names.Quote(schema)}");
        await RunAsync(connection, $"""
            create table if not exists {Table} (
                at timestamptz, id text collate "C", sequence bigint not null, series smallint not null, body text not null, terms tsvector not null,
                primary key (at, id) include (series)) partition by range (at)
            """);
        await RunAsync(connection, $"create index if not exists entries_by_sequence on {Table} (sequence)");
        // What waits to be put into the index is read by every search, so it is little.
        await RunAsync(connection, $"create index if not exists entries_by_terms on {Table} using gin (terms) with (gin_pending_list_limit = 256)");
        await RunAsync(connection, $"create sequence if not exists {Sequence}");
    }

    /// <summary>Makes partitions for those parts of a time that have none.</summary>
    private async Task CoverAsync(NpgsqlConnection connection, List<Span> partitions, DateTimeOffset from, DateTimeOffset to)
    {
        foreach (var one in partitions.Where(one => one.From < to && one.To > from).Append(new(to, to, 0)))
        {
            if (from < one.From)
            {
                var name = Named(new(from, one.From, 0));
                // Attached when it is made: readers and writers go on meanwhile.
                await RunAsync(connection, $"create table {name} (like {Table} including all)");
                await AttachAsync(connection, name, from, one.From);
            }
            from = one.To;
        }
    }

    private async Task CutAsync(NpgsqlConnection connection, Span current, DateTimeOffset at)
    {
        var (before, after) = (new Span(current.From, at, 0), new Span(at, current.To, 0));
        await RunAsync(connection, $"alter table {Table} detach partition {Named(current)}");
        await RunAsync(connection, $"alter table {Named(current)} rename to {Names.Quote($"entries_{Text(before.From)}_{Text(before.To)}")}");
        await AttachAsync(connection, Named(before), before.From, before.To);
        await RunAsync(connection, $"create table {Named(after)} (like {Table} including all)");
        await AttachAsync(connection, Named(after), after.From, after.To);
    }

    private Task AttachAsync(NpgsqlConnection connection, string name, DateTimeOffset from, DateTimeOffset to) =>
        RunAsync(connection, $"alter table {Table} attach partition {name} for values from ('{from:yyyy-MM-dd HH:mm:ss}+00') to ('{to:yyyy-MM-dd HH:mm:ss}+00')");

    /// <summary>The partitions by their times.</summary>
    private async Task<List<Span>> ListAsync(NpgsqlConnection connection, bool sizes)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select c.relname, {(sizes ? "pg_total_relation_size(c.oid)" : "0::bigint")} from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = '{Table}'::regclass order by c.relname
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync();
        var spans = new List<Span>();
        while (await reader.ReadAsync())
        {
            var name = reader.GetString(0).Split('_');
            spans.Add(new(Parse(name[1]), Parse(name[2]), reader.GetInt64(1)));
        }
        return spans;

        static DateTimeOffset Parse(string text) => DateTimeOffset.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }

    /// <summary>Changes tables while nobody writes. Who has to wait long for readers gives up, and tries again later.</summary>
    private async Task ChangeAsync(Func<NpgsqlConnection, Task> change, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await session.ConnectAsync();
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await RunAsync(connection, "set local lock_timeout = '5s'; set local client_min_messages = 'warning'");
            await RunAsync(connection, Lock);
            await change(connection);
            await transaction.CommitAsync(cancellation);
        }
        catch (Exception e) when (Failures.IsUnavailable(e) || e is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable })
        {
            throw new StoreUnavailableException($"PostgreSQL is not ready: {e.Message}", e);
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        await command.ExecuteNonQueryAsync();
    }

    private sealed record Span(DateTimeOffset From, DateTimeOffset To, long Bytes);
}
