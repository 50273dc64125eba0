using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Ticketing.Documents.PostgreSql;

namespace Ticketing.ActivityLog;

/// <summary>
/// Entries in PostgreSQL (12 or newer). Everything that is looked for, but for the time, is a lexeme of one column with a GIN index. Writers take turns, so
/// that numbers become visible in their order, and whoever reads on from one misses none.
/// </summary>
public sealed class PostgreSqlActivityStore : IActivityStore, IAsyncDisposable, IDisposable
{
    private const string Defaults = "Maximum Pool Size=10;Timeout=5;Command Timeout=10;No Reset On Close=true;";

    // What many entries match is found among so many of the newest.
    private const int Newest = 5000;

    // An entry has its time among its terms, too: a search goes back from one such span to the one before, until it has enough.
    private const int BucketSeconds = 600;

    private const int MaxTail = 20_000;

    // Parameters 1 to 4: from when to when, and behind which entry.
    private const string Range = "at >= $1 and at < $2 and (at, id) < ($3, $4)";

    private readonly Session _session;
    private readonly ActivityPartitions _partitions;

    /// <summary>Makes no connection yet.</summary>
    /// <param name="connectionString">Where the server is.</param>
    /// <param name="schema">Holds the entries; it is created where it is missing.</param>
    /// <param name="retention">How much is kept.</param>
    /// <param name="time">The clock.</param>
    public PostgreSqlActivityStore(string connectionString, string schema, Retention retention, TimeProvider time)
    {
        _session = new Session($"Application Name={schema};{Defaults}", connectionString);
        _partitions = new(_session, schema, retention, time);
    }

    /// <inheritdoc/>
    public async Task AppendAsync(IReadOnlyList<ActivityEntry> entries, CancellationToken cancellation = default)
    {
        var oldest = _partitions.Oldest;
        var kept = entries.Where(entry => entry.At >= oldest).ToList();
        await _partitions.EnsureAsync(kept.Select(entry => entry.At), cancellation);
        var insert = Session.Command(
            $"""
            insert into {_partitions.Table} (at, id, sequence, series, body, terms)
            select r.at, r.id, nextval('{_partitions.Sequence}'), r.series, r.body, array_to_tsvector(string_to_array(r.terms, E'\n'))
            from unnest($1, $2, $3, $4, $5) as r(at, id, series, body, terms)
            on conflict do nothing
            """,
            new NpgsqlParameter<DateTime[]> { TypedValue = [.. kept.Select(entry => entry.At.UtcDateTime)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
            new NpgsqlParameter<string[]> { TypedValue = [.. kept.Select(entry => entry.Id)] },
            new NpgsqlParameter<short[]> { TypedValue = [.. kept.Select(entry => entry.Series)] },
            new NpgsqlParameter<string[]> { TypedValue = [.. kept.Select(entry => entry.ToJson())] },
            new NpgsqlParameter<string[]> { TypedValue = [.. kept.Select(entry => string.Join('\n', Terms.Of(entry).Append(Bucket(entry.At))))] });
        try
        {
            await _session.QueryAsync([Session.Command(_partitions.Lock), insert], _ => 0, repeatable: true, cancellation);
        }
        // A partition that was there is gone.
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CheckViolation)
        {
            _partitions.Forget();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ActivityEntry>> FindAsync(ActivityFilter filter, int limit, ActivityCursor? after = null, CancellationToken cancellation = default)
    {
        var terms = filter.Terms;
        var (from, to) = (From(filter), To(filter));
        if (after is not null && after.At < to)
            to = after.At.AddMicroseconds(1);
        if (terms.IsEmpty)
            return await ReadAsync($"select body from {_partitions.Table} where {Range} order by at desc, id desc limit $5");
        var newest = await ReadAsync(
            $"""
            select body from (select at, id, body, terms from {_partitions.Table} where {Range} order by at desc, id desc limit {Newest}) as newest
            where terms @@ $6::tsquery order by at desc, id desc limit $5
            """,
            Text(terms));
        if (newest.Count == limit)
            return newest;
        if (terms.Prefix is not null)
            // Words that begin so are collected from the whole index each time. So once for all, and the newest of what is found. The first statement has no
            // row; with less memory the index would say only on which pages they are.
            return await ReadAfterAsync(
                [Session.Command("select null where set_config('work_mem', '64MB', true) is null")],
                $"""
                with found as materialized (select at, id, body from {_partitions.Table} where {Range} and terms @@ $6::tsquery)
                select body from found order by at desc, id desc limit $5
                """,
                Text(terms));
        return await EndsAsync(from, to, cancellation) is not { } ends ? newest : await ReadAsync(
            $"""
            select found.body from generate_series($7::bigint, $8::bigint, -1) as bucket(number)
            cross join lateral (
                select at, id, body from {_partitions.Table}
                where at >= to_timestamp(bucket.number * {BucketSeconds}) and at < to_timestamp((bucket.number + 1) * {BucketSeconds}) and {Range}
                    and terms @@ ($6::tsquery && (quote_literal('T=' || bucket.number))::tsquery)
                order by at desc, id desc limit $5) as found
            limit $5
            """,
            Text(terms), Number(Bucketed(ends.Last)), Number(Bucketed(ends.First)));

        Task<List<ActivityEntry>> ReadAsync(string sql, params NpgsqlParameter[] more) => ReadAfterAsync([], sql, more);

        Task<List<ActivityEntry>> ReadAfterAsync(NpgsqlBatchCommand[] before, string sql, params NpgsqlParameter[] more) => QueryAsync(
            before, sql, [Time(from), Time(to), Time(after?.At ?? DateTimeOffset.MaxValue), new NpgsqlParameter<string> { TypedValue = after?.Id ?? "" }, Number(limit), .. more],
            reader => ActivityEntry.FromJson(reader.GetString(0)), cancellation);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ActivityCount>> CountAsync(ActivityFilter filter, CancellationToken cancellation = default)
    {
        var terms = filter.Terms;
        return await QueryAsync(
            $"""
            select date_trunc('minute', at), series, count(*) from {_partitions.Table}
            where at >= $1 and at < $2 {(terms.IsEmpty ? "" : "and terms @@ $3::tsquery")} group by 1, 2 order by 1, 2
            """,
            [Time(From(filter)), Time(To(filter)), .. OrNone(terms)],
            reader => new ActivityCount(reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt16(1), reader.GetInt64(2)), cancellation);
    }

    /// <inheritdoc/>
    public async Task<ActivityTail> TailAsync(ActivityFilter filter, long after, int limit, CancellationToken cancellation = default)
    {
        var terms = filter.Terms;
        // One statement, so both see the same. What is new is mostly little, so it is looked through (offset 0), whatever the terms' index would find.
        var rows = await QueryAsync(
            $"""
            select ends.newest, ends.oldest, found.sequence, found.body
            from (select coalesce(max(sequence), 0) as newest, coalesce(min(sequence), 0) as oldest from {_partitions.Table}) as ends
            left join lateral (
                select sequence, body from (
                    select sequence, at, body, terms from {_partitions.Table} where sequence > $1 and sequence <= $1 + {MaxTail} offset 0) as newer
                where at >= $3 and at < $4 {(terms.IsEmpty ? "" : "and terms @@ $5::tsquery")}
                order by sequence limit $2) as found on true
            """,
            [Number(after), Number(limit), Time(From(filter)), Time(To(filter)), .. OrNone(terms)],
            reader => (
                Newest: reader.GetInt64(0), Oldest: reader.GetInt64(1),
                Entry: reader.IsDBNull(2) ? null : new StoredEntry(reader.GetInt64(2), ActivityEntry.FromJson(reader.GetString(3)))),
            cancellation);
        List<StoredEntry> entries = [.. rows.Select(row => row.Entry).OfType<StoredEntry>().OrderBy(entry => entry.Sequence)];
        var (newest, oldest, _) = rows[0];
        var through = entries.Count == limit && limit > 0 ? entries[^1].Sequence : Math.Max(after, Math.Min(newest, after + MaxTail));
        return new ActivityTail(entries, through, newest, oldest);
    }

    /// <inheritdoc/>
    public Task TrimAsync(CancellationToken cancellation = default) => _partitions.TrimAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _session.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static long Bucketed(DateTimeOffset at) => (long)Math.Floor(at.ToUnixTimeSeconds() / (double)BucketSeconds);

    private static string Bucket(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"T={Bucketed(at)}");

    private static NpgsqlParameter<DateTime> Time(DateTimeOffset at) => new() { TypedValue = at.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter<long> Number(long number) => new() { TypedValue = number };

    private static NpgsqlParameter[] OrNone(TermQuery terms) => terms.IsEmpty ? [] : [Text(terms)];

    /// <summary>The query as PostgreSQL writes it, with every lexeme quoted.</summary>
    private static NpgsqlParameter<string> Text(TermQuery terms)
    {
        var parts = terms.All.Select(Quote).ToList();
        if (terms.Any.Count > 0)
            parts.Add($"({string.Join(" | ", terms.Any.Select(Quote))})");
        if (terms.Prefix is { } prefix)
            parts.Add($"{Quote(prefix)}:*");
        return new() { TypedValue = string.Join(" & ", parts) };

        static string Quote(string term) => $"'{term.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";
    }

    private static DateTimeOffset To(ActivityFilter filter) => filter.To ?? DateTimeOffset.MaxValue;

    private DateTimeOffset From(ActivityFilter filter) => filter.From is { } from && from > _partitions.Oldest ? from : _partitions.Oldest;

    /// <summary>When the first entry and the last one between two times are; null if there is none.</summary>
    private async Task<(DateTimeOffset First, DateTimeOffset Last)?> EndsAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) => (await QueryAsync(
        $"select min(at), max(at) from {_partitions.Table} where at >= $1 and at < $2", [Time(from), Time(to)],
        reader => reader.IsDBNull(0) ? ((DateTimeOffset, DateTimeOffset)?)null : (reader.GetFieldValue<DateTimeOffset>(0), reader.GetFieldValue<DateTimeOffset>(1)), cancellation))[0];

    private Task<List<TRow>> QueryAsync<TRow>(string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, TRow> read, CancellationToken cancellation) =>
        QueryAsync([], sql, parameters, read, cancellation);

    private async Task<List<TRow>> QueryAsync<TRow>(
        NpgsqlBatchCommand[] before, string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, TRow> read, CancellationToken cancellation)
    {
        await _partitions.SetUpAsync(cancellation);
        return await _session.QueryAsync([.. before, Session.Command(sql, parameters)], read, repeatable: true, cancellation);
    }
}
